/* Tells of what happens while no page of the home is open. */
self.addEventListener("push", e => {
  const { title, body, icon } = e.data.json();
  e.waitUntil(self.registration.showNotification(title, { body, icon }));
});

// A press opens the notifications, in the window that shows them if there is one.
self.addEventListener("notificationclick", e => {
  e.notification.close();
  e.waitUntil(clients.matchAll({ type: "window", includeUncontrolled: true }).then(all => {
    const open = all.find(one => new URL(one.url).pathname === "/notifications");
    return open ? open.focus() : clients.openWindow("/notifications");
  }));
});

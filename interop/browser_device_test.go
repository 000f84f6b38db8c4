package interop

import (
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"
)

// TestDeviceShowsNotifications has a browser ask to be told, brings it a message
// as its service would, and looks at what it shows. A browser without a maker's
// account has no such service: what it would answer is put in its place.
func TestDeviceShowsNotifications(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	l := openLived(t)
	w := openWindow(t, openBrowser(t), l.Site.Origin, "device", true)
	_, err := chromedp.CallBrowser(w.ctx, browser.SetPermission, browser.SetPermissionParams{
		Permission: &browser.PermissionDescriptor{Name: "notifications"}, Setting: browser.PermissionSettingGranted, Origin: w.origin,
		BrowserContextID: chromedp.FromContext(w.ctx).BrowserContextID,
	})
	w.done(err)
	_, err = chromedp.Call(w.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `PushManager.prototype.subscribe = async o => ({ toJSON: () => ({ endpoint: "https://push.test/" + o.applicationServerKey.length, keys: {
			p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", auth: "BTBZMqHH6r4Tts7J_aSIgg" } }) });`,
	})
	w.done(err)
	registered := make(chan serviceworker.RegistrationID, 9)
	w.done(chromedp.Listen(w.ctx, func(event any) {
		if e, ok := event.(*serviceworker.EventWorkerRegistrationUpdated); ok && len(e.Registrations) > 0 {
			select {
			case registered <- e.Registrations[0].RegistrationID:
			default:
			}
		}
	}))
	_, err = chromedp.Call(w.ctx, serviceworker.Enable, cdp.Empty{})
	w.done(err)
	w.open(w.origin + "/login")
	w.person.signIn("me")
	w.open(w.origin + "/settings/preferences")
	w.press(`form[data-push] button`)
	w.sees("This device is told of your notifications")
	pushes, err := l.Store.ListPushes(t.Context())
	if w.done(err); len(pushes) != 1 || pushes[0].Endpoint != "https://push.test/87" {
		t.Fatalf("told are %+v", pushes)
	}
	_, err = chromedp.Call(w.ctx, serviceworker.DeliverPushMessage, serviceworker.DeliverPushMessageParams{
		Origin: w.origin, RegistrationID: <-registered, Data: `{"title":"Aroha liked your post","body":"Low tide.","icon":"` + w.origin + `/static/avatar.svg"}`,
	})
	w.done(err)
	w.wants("the notification is shown", `navigator.serviceWorker.ready.then(r => r.getNotifications()).then(all => all.length === 1 && all[0].title === "Aroha liked your post" && all[0].body === "Low tide.")`)
	w.press(`form[action="/settings/push"] button`)
	w.sees("Notify me on this device")
}

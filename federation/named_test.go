package federation_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"croft/federation/activity"
	"croft/federation/fedtest"
	"croft/social"
)

// TestWebFinger names the owner by handle and by address, and the instance actor
// by the bare host and origin (FEP-d556: the relation is Service, Mastodon asks
// for self).
func TestWebFinger(t *testing.T) {
	c := newCast(t)
	const owner, instance = "self https://me.test/@owner", "https://www.w3.org/ns/activitystreams#Service https://me.test/actor self https://me.test/actor"
	for resource, want := range map[string]string{
		"acct:owner@me.test": owner, "owner@me.test": owner, "@owner@me.test": owner, "acct:OWNER@ME.test": owner,
		"https://me.test/@owner": owner, "https://me.test/@owner/": owner,
		"https://me.test": instance, "https://me.test/": instance, "https://me.test/actor": instance, "acct:me.test@me.test": instance,
	} {
		body, err := c.home.Node.WebFinger(t.Context(), resource)
		checkKind(t, err, nil)
		var got struct {
			Links []struct{ Rel, Type, Href string }
		}
		if err := json.Unmarshal(body, &got); err != nil {
			t.Fatal(err)
		}
		links := ""
		for _, l := range got.Links {
			if l.Type == "application/activity+json" {
				links += fmt.Sprintf(" %s %s", l.Rel, l.Href)
			}
		}
		checkText(t, resource, links, " "+want)
	}
	for resource, want := range map[string]error{
		"": social.ErrInvalid, "acct:nobody@me.test": social.ErrNotFound, "acct:owner@good.test": social.ErrNotFound,
		"https://good.test": social.ErrNotFound, "https://me.test/@owner/1": social.ErrNotFound,
	} {
		_, err := c.home.Node.WebFinger(t.Context(), resource)
		checkKind(t, err, want)
	}
}

// TestOwnActors: both actors have what ActivityPub §4.1 demands of one, and the
// handle that leads back to them (FEP-2c59).
func TestOwnActors(t *testing.T) {
	c := newCast(t)
	for uri, document := range map[string]func(context.Context) ([]byte, error){
		"https://me.test/@owner": c.home.Node.ActorDocument, "https://me.test/actor": c.home.Node.InstanceDocument,
	} {
		body, err := document(t.Context())
		checkKind(t, err, nil)
		var got struct{ ID, Inbox, Outbox, WebFinger string }
		if err := json.Unmarshal(body, &got); err != nil {
			t.Fatal(err)
		}
		if got.ID != uri || !social.SameOrigin(got.Inbox, uri) || !social.SameOrigin(got.Outbox, uri) {
			t.Errorf("%s is %+v", uri, got)
		}
		found, err := c.home.Node.WebFinger(t.Context(), "acct:"+got.WebFinger)
		if err != nil || !strings.Contains(string(found), `"href":"`+uri+`"`) {
			t.Errorf("%s does not lead back to %s: %s, %v", got.WebFinger, uri, found, err)
		}
	}
}

// TestInstanceOfAHomeWithAPort can be read by others, who else refuse what it
// signs: a colon is in no name.
func TestInstanceOfAHomeWithAPort(t *testing.T) {
	home := fedtest.NewWorld(t).Home("me.test:8443")
	doc, err := home.Node.InstanceDocument(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found, err := activity.DecodeObject(doc)
	if err != nil {
		t.Fatalf("%v: %s", err, doc)
	}
	handle := found.(activity.ActorDocument).Actor.Handle
	if got, err := social.ParseHandle(handle.String()); err != nil || got != home.Site.InstanceHandle() {
		t.Errorf("is called %s: %v", handle, err)
	}
	if _, err := home.Node.WebFinger(t.Context(), "acct:"+handle.Acct()); err != nil {
		t.Error(err)
	}
}

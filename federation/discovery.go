package federation

import (
	"context"
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"

	"croft/social"
)

// Relations of WebFinger links and where they come from.
const (
	relProfile   = "http://webfinger.net/rel/profile-page"
	relAvatar    = "http://webfinger.net/rel/avatar"
	relSubscribe = "http://ostatus.org/schema/1.0/subscribe"           // what Mastodon asks for
	relIntent    = "https://w3id.org/fep/3b86/"                        // FEP-3b86: Create, Object, Follow, …
	relInstance  = "https://www.w3.org/ns/activitystreams#Application" // FEP-2677, in NodeInfo
	relService   = "https://www.w3.org/ns/activitystreams#Service"     // FEP-d556, in WebFinger
	relNodeInfo  = "http://nodeinfo.diaspora.software/ns/schema/"
)

const typeActivity = "application/activity+json"

type jrd struct {
	Subject string    `json:"subject"`
	Aliases []string  `json:"aliases,omitempty"`
	Links   []jrdLink `json:"links"`
}

type jrdLink struct {
	Rel      string `json:"rel"`
	Type     string `json:"type,omitempty"`
	Href     string `json:"href,omitempty"`
	Template string `json:"template,omitempty"`
}

// WebFinger answers who is behind a resource, as JRD (RFC 7033): the owner, by
// handle on either of their hosts or by address, or the instance actor, by the
// bare host or origin (FEP-d556). Anything else is ErrNotFound, and what is no
// resource ErrInvalid.
func (n *Node) WebFinger(ctx context.Context, resource string) ([]byte, error) {
	if resource == "" {
		return nil, fmt.Errorf("webfinger without a resource: %w", social.ErrInvalid)
	}
	switch {
	case n.namesOwner(resource):
		return n.ownerJRD(ctx)
	case n.namesInstance(resource):
		return json.Marshal(jrd{
			Subject: "acct:" + n.site.InstanceHandle().Acct(),
			Aliases: []string{n.site.Instance()},
			Links: []jrdLink{
				{Rel: relService, Type: typeActivity, Href: n.site.Instance()},
				{Rel: "self", Type: typeActivity, Href: n.site.Instance()},
			},
		})
	}
	return nil, fmt.Errorf("webfinger %.200q: %w", resource, social.ErrNotFound)
}

func (n *Node) namesOwner(resource string) bool {
	if strings.TrimSuffix(resource, "/") == n.site.Actor() {
		return true
	}
	handle, err := social.ParseHandle(resource)
	return err == nil && strings.EqualFold(handle.Name, n.site.Name) &&
		(handle.Host == n.site.HandleHost || handle.Host == n.site.Host())
}

func (n *Node) namesInstance(resource string) bool {
	switch resource {
	case n.site.Instance(), n.site.Origin, n.site.Origin + "/":
		return true
	}
	acct, host := strings.TrimPrefix(resource, "acct:"), n.site.Host()
	return strings.EqualFold(acct, n.site.InstanceHandle().Acct()) || strings.EqualFold(acct, host+"@"+host)
}

func (n *Node) ownerJRD(ctx context.Context) ([]byte, error) {
	owner, err := n.store.FindActor(ctx, n.home.OwnerID)
	if err != nil {
		return nil, err
	}
	interact := n.site.Origin + "/authorize_interaction?uri="
	answer := jrd{
		Subject: "acct:" + n.site.Handle().Acct(),
		Aliases: []string{n.site.Actor()},
		Links: []jrdLink{
			{Rel: "self", Type: typeActivity, Href: n.site.Actor()},
			{Rel: relProfile, Type: "text/html", Href: n.site.Actor()},
			{Rel: relSubscribe, Template: interact + "{uri}"},
			{Rel: relIntent + "Follow", Template: interact + "{object}"},
			{Rel: relIntent + "Object", Template: interact + "{object}"},
			{Rel: relIntent + "Like", Template: interact + "{object}"},
			{Rel: relIntent + "Announce", Template: interact + "{object}"},
			{Rel: relIntent + "Create", Template: n.site.Origin + "/compose?text={content}"},
		},
	}
	if owner.Avatar.File != "" {
		answer.Links = append(answer.Links, jrdLink{Rel: relAvatar, Type: owner.Avatar.MediaType, Href: n.site.Media(owner.Avatar.File)})
	}
	return json.Marshal(answer)
}

type xrd struct {
	XMLName xml.Name `xml:"http://docs.oasis-open.org/ns/xri/xrd-1.0 XRD"`
	Link    struct {
		Rel      string `xml:"rel,attr"`
		Template string `xml:"template,attr"`
	}
}

// HostMeta says where WebFinger is asked, as XRD, for old software (RFC 6415).
func (n *Node) HostMeta() ([]byte, error) {
	var answer xrd
	answer.Link.Rel, answer.Link.Template = "lrdd", n.webFingerTemplate()
	body, err := xml.Marshal(answer)
	return append([]byte(xml.Header), body...), err
}

// HostMetaJSON is HostMeta as JSON.
func (n *Node) HostMetaJSON() ([]byte, error) {
	return json.Marshal(map[string][]jrdLink{"links": {{Rel: "lrdd", Type: "application/jrd+json", Template: n.webFingerTemplate()}}}, json.Deterministic(true))
}

func (n *Node) webFingerTemplate() string {
	return n.site.Origin + "/.well-known/webfinger?resource={uri}"
}

// NodeInfoLinks says where NodeInfo is, and who the instance actor is
// (FEP-2677).
func (n *Node) NodeInfoLinks() ([]byte, error) {
	return json.Marshal(map[string][]jrdLink{"links": {
		{Rel: relNodeInfo + "2.0", Href: n.site.Origin + "/nodeinfo/2.0"},
		{Rel: relNodeInfo + "2.1", Href: n.site.Origin + "/nodeinfo/2.1"},
		{Rel: relInstance, Href: n.site.Instance()},
	}}, json.Deterministic(true))
}

type nodeInfo struct {
	Version           string   `json:"version"`
	Software          software `json:"software"`
	Protocols         []string `json:"protocols"`
	Services          services `json:"services"`
	OpenRegistrations bool     `json:"openRegistrations"`
	Usage             usage    `json:"usage"`
	Metadata          metadata `json:"metadata"`
}

type software struct {
	Name       string `json:"name"`
	Version    string `json:"version"`
	Repository string `json:"repository,omitempty"` // since 2.1
}

type services struct {
	Inbound  []string `json:"inbound"`
	Outbound []string `json:"outbound"`
}

type usage struct {
	Users struct {
		Total int `json:"total"`
	} `json:"users"`
	LocalPosts int `json:"localPosts"`
}

type metadata struct {
	NodeName string `json:"nodeName"`
}

// NodeInfo describes this server in the given version of the schema, 2.0 or 2.1
// (FEP-0151); another is ErrNotFound.
func (n *Node) NodeInfo(ctx context.Context, version string) ([]byte, error) {
	if version != "2.0" && version != "2.1" {
		return nil, fmt.Errorf("nodeinfo %.20q: %w", version, social.ErrNotFound)
	}
	posts, err := n.store.CountPosts(ctx, n.home.OwnerID)
	if err != nil {
		return nil, err
	}
	owner, err := n.store.FindActor(ctx, n.home.OwnerID)
	if err != nil {
		return nil, err
	}
	answer := nodeInfo{
		Version: version, Software: software{Name: "croft", Version: n.version},
		Protocols: []string{"activitypub"},
		Services:  services{Inbound: []string{}, Outbound: []string{"atom1.0", "rss2.0"}},
		Metadata:  metadata{NodeName: owner.DisplayName()},
	}
	answer.Usage.Users.Total, answer.Usage.LocalPosts = 1, posts
	return json.Marshal(answer)
}

package interop

import (
	"net/http"
	"path"
	"strings"
	"time"

	"croft/markup"
	"croft/scenery"
	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// neighbour is one of the made-up people whom the pictures show. Each has a
// server of their own.
type neighbour struct {
	name, host, shown, bio, language string
	face                             scenery.Face
	posts, followers                 int
}

func villagers() []neighbour {
	hex := scenery.Hex
	return []neighbour{
		{"aroha", "moana.example", "Aroha Te Whata", "Tide tables, waiata, weather. Teaching rangatahi to sail things that float.", "en",
			scenery.Face{Wall: hex(0x0f4c55), Trim: hex(0xd9e3d5), Style: scenery.Spiral}, 1904, 2310},
		{"tomasz", "piekarnia.example", "Tomasz Wilk", "Piekarz. Żyto, woda, cierpliwość.", "pl",
			scenery.Face{Wall: hex(0xe3d5bd), Skin: hex(0xe8bf9d), Hair: hex(0x7a4a2a), Coat: hex(0xf4f0e6), Trim: hex(0x9c6b3c), Style: scenery.Beard}, 611, 840},
		{"layla", "haddad.example", "ليلى حدّاد", "صابون وزيتون وكلمات.", "ar",
			scenery.Face{Wall: hex(0xd8c8a8), Skin: hex(0xcf9a72), Hair: hex(0x7d3350), Coat: hex(0x54324a), Trim: hex(0xe0c068), Style: scenery.Scarf}, 352, 1204},
		{"yuki", "mori.example", "森 ゆき", "藍染めと山歩き。", "ja",
			scenery.Face{Wall: hex(0xc9d6df), Skin: hex(0xf0cfb2), Hair: hex(0x22202a), Coat: hex(0x2d4a7c), Trim: hex(0xe9e4d6), Style: scenery.Long}, 2781, 3020},
		{"kofi", "boats.example", "Kofi Mensah", "I mend wooden boats. Ask me about knots.", "en",
			scenery.Face{Wall: hex(0xa9c7d6), Coat: hex(0x8a3f2b), Trim: hex(0xf7f1e1), Style: scenery.Boat}, 498, 612},
		{"priya", "raman.example", "Priya Raman", "Essays, and photographs of small things.", "en",
			scenery.Face{Wall: hex(0xdccfe0), Skin: hex(0x9a623f), Hair: hex(0x2a1e22), Coat: hex(0x2f6b5c), Trim: hex(0xe4a84c), Style: scenery.Curls}, 1187, 4906},
		{"ingrid", "fjell.example", "Ingrid Sólberg", "Sheep, mostly.", "nb",
			scenery.Face{Wall: hex(0xd4ddd0), Skin: hex(0xf0c9ab), Hair: hex(0xc9a15e), Coat: hex(0x4b5f45), Trim: hex(0xd8d2c0), Style: scenery.Bun}, 73, 120},
		{"growers", "allotment.example", "The Dye Growers", "A group. Write to it and all of us read it.", "en",
			scenery.Face{Wall: hex(0x2f4d3a), Trim: hex(0xc7d6a2), Style: scenery.Fern}, 930, 1511},
	}
}

// photographs are those that the made-up people took.
func photographs() map[string]scenery.Scene {
	hex := scenery.Hex
	blue, gold, red, green, straw, plum := hex(0x2f5d7c), hex(0xc79a3b), hex(0x7c3a2d), hex(0x3f5b3a), hex(0xd9c9a3), hex(0x8c4a63)
	return map[string]scenery.Scene{
		"loch": scenery.Loch(4), "dusk": scenery.Dusk(2), "ridges": scenery.Ridges(3), "moon": scenery.Moon(5), "stones": scenery.Stones(6), "sand": scenery.Sand(7),
		"hanks": scenery.Hanks(9, blue, gold, red, green, straw, plum), "loaf": scenery.Loaf(10), "shell": scenery.Shell(11),
		"check": scenery.Cloth(8, []scenery.Colour{blue, straw, red, green}, []int{9, 3, 6, 12}), "tweed": scenery.Cloth(12, []scenery.Colour{hex(0x55604f), hex(0x6d6a58), gold}, []int{16, 14, 2}),
		"fell": scenery.Ridges(21), "strand": scenery.Sand(22), "dyke": scenery.Stones(23), "evening": scenery.Dusk(24),
	}
}

// theirServers are those of all the neighbours: they have pictures and take what
// is sent.
func theirServers() http.Handler {
	drawn := map[string][]byte{}
	for _, n := range villagers() {
		drawn[n.name] = scenery.JPEG(n.face.Scene(), 160, 160)
	}
	for name, s := range photographs() {
		drawn[name] = scenery.JPEG(s, 720, 480)
	}
	drawn["head"] = scenery.JPEG(scenery.Dusk(30), 900, 315)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /pictures/{name}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "image/jpeg")
		_, _ = w.Write(drawn[strings.TrimSuffix(path.Base(r.URL.Path), ".jpg")])
	})
	mux.HandleFunc("POST /", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) })
	return mux
}

// meet puts the neighbours, who are friends of the owner's but for one who asks.
func (v *village) meet() {
	ctx, me := v.t.Context(), v.actor(v.Site.Actor())
	for i, n := range villagers() {
		a := storetest.Actor(n.name, n.host)
		a.Name, a.Bio = n.shown, markup.Sanitize("<p>"+n.bio+"</p>")
		a.Avatar = social.Image{RemoteURL: "https://" + n.host + "/pictures/" + n.name + ".jpg"}
		a.FollowerCount, a.FollowingCount, a.PostCount = n.followers, 40+n.posts/7, n.posts
		a.FetchedAt = v.end
		if n.name == "aroha" {
			a.Header = social.Image{RemoteURL: "https://" + n.host + "/pictures/head.jpg"}
			a.Fields = []social.Field{{Name: "Boat", Value: "Kōtuku, 26 ft, patient"}, {Name: "Home page", Value: markup.Sanitize(`<a href="https://moana.example/">moana.example</a>`), VerifiedAt: v.end}}
		}
		v.people[n.name] = storetest.PutActor(v.t, v.Store, a)
		storetest.Update(v.t, v.Store, func(tx *store.Tx) error {
			at := v.end.Add(-time.Duration(i+2) * 24 * time.Hour)
			out := social.Follow{URI: me.URI + "#follows-" + n.name, FollowerID: me.ID, FollowedID: a.ID, State: social.FollowAccepted, CreatedAt: at}
			in := social.Follow{URI: a.URI + "#follows", FollowerID: a.ID, FollowedID: me.ID, State: social.FollowAccepted, CreatedAt: at}
			if n.name == "ingrid" {
				in.State = social.FollowPending
			}
			if n.name != "ingrid" {
				if _, err := tx.PutFollow(ctx, out); err != nil {
					return err
				}
			}
			_, err := tx.PutFollow(ctx, in)
			return err
		})
	}
}

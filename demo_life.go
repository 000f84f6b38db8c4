package main

import (
	"bytes"
	"context"
	"errors"

	"croft/home"
	"croft/scenery"
	"croft/social"
	"croft/timeline"
)

// neighbour is one of the three people of the demonstration.
type neighbour struct {
	handle, name, hue, bio string
	fields                 []social.ProfileField
	face                   scenery.Face
	header                 scenery.Scene
	headerAlt              string
}

func neighbours() []neighbour {
	hex := scenery.Hex
	return []neighbour{
		{"ana", "Ana Okafor", "moss", "Weaver. I dye with what grows here, and I answer letters in the evening.",
			[]social.ProfileField{{Name: "Place", Value: "The last house before the strand"}, {Name: "Cloth", Value: "By order, in autumn"}},
			scenery.Face{Wall: hex(0xcdd8cf), Skin: hex(0x7a4b35), Hair: hex(0xb5502f), Coat: hex(0x3a5f77), Trim: hex(0xe0b64c), Style: scenery.Bun},
			scenery.Loch(4), "A white house by a loch, and mountains behind it"},
		{"ben", "Ben Sólberg", "sea", "Boats, mostly. Sometimes bread.", []social.ProfileField{{Name: "Boat", Value: "*Kittiwake*, 26 feet, patient"}},
			scenery.Face{Wall: hex(0xb9cfd6), Skin: hex(0xe9c2a0), Hair: hex(0x8a5a34), Coat: hex(0x24485c), Trim: hex(0xf0e8d4), Style: scenery.Beard},
			scenery.Dusk(2), "A sail before the setting sun"},
		{"cleo", "Cleo Raghunathan", "heather", "Photographs of small things.", nil,
			scenery.Face{Wall: hex(0xdccfe0), Skin: hex(0x9a623f), Hair: hex(0x2a1e22), Coat: hex(0x2f6b5c), Trim: hex(0xe4a84c), Style: scenery.Curls},
			scenery.Ridges(3), "Wooded hills in mist"},
	}
}

// utterance is a post of the demonstration's. What answers another names it.
type utterance struct {
	who                     int
	name, answers           string
	text, warning, language string
	to                      int // whom alone it is for; 0 is nobody
	photo                   scenery.Scene
	alt                     string
}

// utterances are what is said, in order: nobody speaks twice in a row for long,
// so that every home has something of everybody's to show.
func utterances() []utterance {
	hex := scenery.Hex
	blue, gold, red, green, straw, plum := hex(0x2f5d7c), hex(0xc79a3b), hex(0x7c3a2d), hex(0x3f5b3a), hex(0xd9c9a3), hex(0x8c4a63)
	return []utterance{
		{who: 0, name: "woad", text: "The first woad of the year is in the vat. **Nobody may hurry it.** What I know now that I did not know in October:\n\n- first-year leaves only, cut before the frost\n- soda ash to `pH 9`, no higher\n\n> A vat is a guest. You keep it warm and you do not shout.\n\n#naturaldye"},
		{who: 1, text: "Wind from the north-east, so I stayed in and baked. #bread", photo: scenery.Loaf(10), alt: "A loaf on a board, cut across the top"},
		{who: 2, name: "snail", text: "A snail took four minutes to cross my window. I have all of it. #slow", photo: scenery.Shell(11), alt: "A snail's shell on a leaf, from above"},
		{who: 1, name: "knot", text: "Does anybody know a good knot for a *wet* rope?"},
		{who: 2, text: "கடற்கரையில் இன்று காற்றே இல்லை. மணல் மட்டும் பேசுகிறது.", language: "ta", photo: scenery.Sand(7), alt: "Ripples that the ebb left in the sand"},
		{who: 1, text: "I read the last page first.", warning: "How *The Lighthouse Year* ends"},
		{who: 0, text: "Off the loom at last, and already promised.", photo: scenery.Cloth(8, []scenery.Colour{blue, straw, red, green}, []int{9, 3, 6, 12}), alt: "A check of blue, green and russet, close by"},
		{who: 2, answers: "knot", text: "A zeppelin bend. It looks like a mistake and comes undone like an apology."},
		{who: 0, name: "hanks", text: "Seven hanks on the rail this morning, and six of them as I meant them: ochre, straw, and one true blue. #naturaldye", photo: scenery.Hanks(9, blue, gold, red, green, straw, plum, hex(0x8d8f90)), alt: "Seven hanks of dyed wool on a rail"},
		{who: 1, name: "part", answers: "hanks", text: "And which of them will you part with?"},
		{who: 2, answers: "hanks", text: "The grey one is the best of them. Please do not explain it."},
		{who: 0, answers: "part", text: "The straw. It was on its way to being yellow and lost heart."},
		{who: 1, to: 1, text: "could I come by on Friday with the trailer? The straw, and the two chairs."},
	}
}

// speak has the three say all this, each where it is theirs to say.
func speak(ctx context.Context, homes []*home.Home) error {
	said := map[string]string{} // URIs by name
	for _, u := range utterances() {
		p, err := utter(ctx, homes, u, said[u.answers])
		if err != nil {
			return err
		}
		if u.name != "" {
			said[u.name] = p.URI
		}
	}
	for _, act := range []struct {
		who  int
		name string
		does func(t *timeline.Timeline, ctx context.Context, id social.ID) error
	}{
		{1, "hanks", (*timeline.Timeline).Like}, {2, "hanks", (*timeline.Timeline).Like}, {2, "hanks", (*timeline.Timeline).Boost},
		{1, "woad", (*timeline.Timeline).Like}, {0, "snail", (*timeline.Timeline).Boost}, {0, "snail", (*timeline.Timeline).Like},
		{0, "woad", (*timeline.Timeline).Pin}, {0, "knot", (*timeline.Timeline).Bookmark},
	} {
		here, err := arrived(ctx, homes[act.who], said[act.name])
		if err != nil {
			return err
		}
		if err := act.does(homes[act.who].Timeline, ctx, here.ID); err != nil {
			return err
		}
	}
	_, err := homes[0].Timeline.SaveDraft(ctx, social.Draft{Text: "For the workshop in June: bring a jar, an apron, and something that was white once.", Language: "en", Visibility: social.Public})
	return err
}

// utter publishes one post.
func utter(ctx context.Context, homes []*home.Home, u utterance, answered string) (*social.Post, error) {
	h := homes[u.who]
	d := social.Draft{Visibility: social.Public}
	if answered != "" {
		here, err := arrived(ctx, h, answered)
		if err != nil {
			return nil, err
		}
		if d, err = h.Timeline.ReplyDraft(ctx, here.ID); err != nil {
			return nil, err
		}
	}
	if u.to != 0 {
		d.Visibility, d.Text = social.Direct, homes[u.to-1].Site.Handle().String()+" "
	}
	d.Text, d.Warning, d.Language = d.Text+u.text, u.warning, u.language
	if d.Language == "" {
		d.Language = "en"
	}
	if u.photo != nil {
		kept, err := h.Timeline.Attach(ctx, bytes.NewReader(scenery.JPEG(u.photo, 900, 600)), timeline.Details{Alt: u.alt})
		if err != nil {
			return nil, err
		}
		d.Attachments = []social.ID{kept.ID}
	}
	return h.Timeline.Publish(ctx, d)
}

// arrived waits until a post is known at a home.
func arrived(ctx context.Context, h *home.Home, uri string) (here *social.Post, err error) {
	err = waitFor(ctx, func() (bool, error) {
		here, err = h.Store.FindPostByURI(ctx, uri)
		if errors.Is(err, social.ErrNotFound) {
			return false, nil
		}
		return err == nil, err
	})
	return here, err
}

// furnish gives a home its owner's profile and pictures.
func furnish(ctx context.Context, h *home.Home, n neighbour) error {
	avatar, err := h.Timeline.SaveAvatar(ctx, bytes.NewReader(scenery.JPEG(n.face.Scene(), 400, 400)))
	if err != nil {
		return err
	}
	header, err := h.Timeline.SaveHeader(ctx, bytes.NewReader(scenery.JPEG(n.header, 1200, 400)))
	if err != nil {
		return err
	}
	avatar.Alt, header.Alt = n.name, n.headerAlt
	return h.Timeline.SetProfile(ctx, social.Profile{Name: n.name, Bio: n.bio, Hue: n.hue, Fields: n.fields, Discoverable: true, Indexable: true, ShowCircle: true},
		timeline.Pictures{Avatar: &avatar, Header: &header})
}

package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image/color"
	"net/http"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v4"

	"croft/media"
	"croft/social"
	"croft/templates"
)

// iconPath is where the icons are: PATH key-form.png. The key changes with the
// picture and the hue, so that each may be cached for ever.
const iconPath = "/icons/"

// iconForms are the icons there are, by the last part of their name.
var iconForms = map[string]media.Icon{
	"tab":    {Size: 32},
	"app":    {Size: 192},
	"large":  {Size: 512},
	"touch":  {Size: 180, Filled: true},
	"square": {Size: 512, Filled: true},
}

// drawing changes the keys of all icons; to be raised when they are drawn
// otherwise.
const drawing = "1"

func iconKey(avatar, hue string) string {
	sum := sha256.Sum256([]byte(drawing + "\n" + avatar + "\n" + hue))
	return hex.EncodeToString(sum[:5])
}

func iconName(avatar, hue, form string) string { return iconKey(avatar, hue) + "-" + form + ".png" }

// icons keeps those of the present key, each made when it is first asked for.
type icons struct {
	mu   sync.Mutex
	key  string
	made map[string][]byte // by form
}

// getIcon sends the home's icon in one of its forms.
func (s *Server) getIcon(c echo.Context) error {
	ctx := c.Request().Context()
	home, err := s.store.FindHome(ctx)
	if err != nil {
		return err
	}
	me, err := s.store.FindActor(ctx, home.OwnerID)
	if err != nil {
		return err
	}
	key, form, _ := strings.Cut(strings.TrimSuffix(c.Param("name"), ".png"), "-")
	icon, ok := iconForms[form]
	if !ok || c.Param("name") != iconName(me.Avatar.File, home.Profile.Hue, form) {
		return fmt.Errorf("icon %q: %w", c.Param("name"), social.ErrNotFound)
	}
	icon.Paper, icon.Accent = iconColours(home.Profile.Hue)
	body, err := s.icons.find(ctx, key, form, func(ctx context.Context) ([]byte, error) {
		return s.media.Icon(ctx, me.Avatar.File, icon)
	})
	if err != nil {
		return err
	}
	c.Response().Header()["Cache-Control"] = []string{forEver}
	c.Response().Header()["Content-Security-Policy"] = fileHeader
	return c.Blob(http.StatusOK, "image/png", body)
}

func (i *icons) find(ctx context.Context, key, form string, draw func(context.Context) ([]byte, error)) ([]byte, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.key != key {
		i.key, i.made = key, map[string][]byte{}
	}
	if body, ok := i.made[form]; ok {
		return body, nil
	}
	body, err := draw(ctx)
	if err == nil {
		i.made[form] = body
	}
	return body, err
}

func iconColours(hue string) (paper, accent color.Color) {
	light, _ := templates.Walls(hue)
	return colourOf(light), colourOf(templates.Accent(hue))
}

// colourOf reads #rrggbb.
func colourOf(text string) color.Color {
	c := color.RGBA{A: 255}
	_, _ = fmt.Sscanf(text, "#%02x%02x%02x", &c.R, &c.G, &c.B) // ours, and read in a test
	return c
}

type manifest struct {
	ID         string         `json:"id"`
	Name       string         `json:"name"`
	ShortName  string         `json:"short_name"`
	Lang       string         `json:"lang"`
	Start      string         `json:"start_url"`
	Scope      string         `json:"scope"`
	Display    string         `json:"display"`
	Background string         `json:"background_color"`
	Theme      string         `json:"theme_color"`
	Icons      []manifestIcon `json:"icons"`
	Shortcuts  []shortcut     `json:"shortcuts"`
}

type manifestIcon struct {
	Src     string `json:"src"`
	Type    string `json:"type"`
	Sizes   string `json:"sizes"`
	Purpose string `json:"purpose"`
}

type shortcut struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// getManifest says how the home is installed as an app on the owner's own
// machines.
func (s *Server) getManifest(c echo.Context) error {
	ctx := c.Request().Context()
	home, err := s.store.FindHome(ctx)
	if err != nil {
		return err
	}
	me, err := s.store.FindActor(ctx, home.OwnerID)
	if err != nil {
		return err
	}
	light, _ := templates.Walls(home.Profile.Hue)
	m := manifest{
		ID: "/", Name: me.DisplayName(), ShortName: s.site.Name, Lang: "en", Start: "/", Scope: "/", Display: "standalone",
		Background: light, Theme: light,
		Shortcuts: []shortcut{{"Write", templates.PathCompose}, {"Notifications", templates.PathNotices}},
	}
	for _, form := range []string{"app", "large", "square"} {
		icon := iconForms[form]
		purpose := "any"
		if icon.Filled {
			purpose = "maskable"
		}
		m.Icons = append(m.Icons, manifestIcon{
			iconPath + iconName(me.Avatar.File, home.Profile.Hue, form), "image/png", fmt.Sprintf("%dx%[1]d", icon.Size), purpose,
		})
	}
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return newAnswer("application/manifest+json", "public, max-age=3600", body).send(c, http.StatusOK)
}

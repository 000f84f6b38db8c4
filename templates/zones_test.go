package templates

import (
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // what the program carries
)

// TestZoneRegions holds that every zone offered is one that package time knows,
// and stands once, in a region that stands once.
func TestZoneRegions(t *testing.T) {
	var regions, zones []string
	for _, region := range ZoneRegions() {
		regions = append(regions, region.Name)
		for _, zone := range region.Zones {
			zones = append(zones, zone.Name)
			if _, err := time.LoadLocation(zone.Name); err != nil || zone.Label == "" {
				t.Errorf("%+v: %v", zone, err)
			}
		}
	}
	for _, list := range [][]string{regions, zones} {
		slices.Sort(list)
		if n := len(list); len(slices.Compact(list)) != n {
			t.Errorf("something stands twice in %q", list)
		}
	}
	if len(zones) < 400 || !hasZone(ZoneRegions(), "Europe/Kyiv") || hasZone(ZoneRegions(), "Europe/Kiev") {
		t.Errorf("%d zones, not those of today", len(zones))
	}
}

package templates

import (
	_ "embed" // the list of zones
	"strings"
)

// zoneNames are the time zones that people live in, one a line and in order, as
// in the zone.tab of the tz database. Older names of the same places are left
// out.
//
//go:embed zones.txt
var zoneNames string

// ZoneRegion is the time zones of one part of the world.
type ZoneRegion struct {
	Name  string
	Zones []Zone
}

// Zone is a time zone that the owner can choose.
type Zone struct{ Name, Label string }

// ZoneRegions are the time zones offered, by region; each is one that package
// time knows.
func ZoneRegions() []ZoneRegion {
	var regions []ZoneRegion
	for _, name := range strings.Fields(zoneNames) {
		region, place, _ := strings.Cut(name, "/")
		if len(regions) == 0 || regions[len(regions)-1].Name != region {
			regions = append(regions, ZoneRegion{Name: region})
		}
		last := &regions[len(regions)-1]
		last.Zones = append(last.Zones, Zone{name, strings.NewReplacer("/", ", ", "_", " ").Replace(place)})
	}
	return append(regions, ZoneRegion{"Everywhere", []Zone{{"UTC", "UTC"}}})
}

// hasZone reports that a zone is among those offered.
func hasZone(regions []ZoneRegion, name string) bool {
	for _, region := range regions {
		for _, zone := range region.Zones {
			if zone.Name == name {
				return true
			}
		}
	}
	return false
}

package platform

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
)

// What becomes of a resource between two manifests.
const (
	ChangeAdd    = "add"
	ChangeChange = "change"
	ChangeRemove = "remove"
	ChangeKeep   = "keep"
)

// ManifestChange is the difference in one resource between two manifests.
type ManifestChange struct {
	Alias       string
	Action      string   // add, change, remove, keep
	Differences []string // with change: JSON pointers into the resource, such as /class or /inputs/storageGb; sorted
}

// CompareManifests tells what becomes of every resource of either manifest, sorted by alias. Both are resolved, so that workloads
// have become resources. It compares what is wanted: whether the engine has something to do for it is for the plan to say.
func CompareManifests(before, after Manifest) []ManifestChange {
	aliases := slices.Sorted(maps.Keys(before.Resources))
	for alias := range after.Resources {
		if _, ok := before.Resources[alias]; !ok {
			aliases = append(aliases, alias)
		}
	}
	slices.Sort(aliases)
	changes := make([]ManifestChange, 0, len(aliases))
	for _, alias := range aliases {
		changes = append(changes, compareResource(alias, before, after))
	}
	return changes
}

func compareResource(alias string, before, after Manifest) ManifestChange {
	b, was := before.Resources[alias]
	a, is := after.Resources[alias]
	switch {
	case !was:
		return ManifestChange{Alias: alias, Action: ChangeAdd}
	case !is:
		return ManifestChange{Alias: alias, Action: ChangeRemove}
	}
	differences := compareValues("", b.value(), a.value(), nil)
	if len(differences) == 0 {
		return ManifestChange{Alias: alias, Action: ChangeKeep}
	}
	slices.Sort(differences)
	return ManifestChange{Alias: alias, Action: ChangeChange, Differences: differences}
}

// compareValues appends the pointers of the smallest parts that differ.
func compareValues(pointer string, before, after any, differences []string) []string {
	switch b := before.(type) {
	case map[string]any:
		if a, ok := after.(map[string]any); ok {
			return compareObjects(pointer, b, a, differences)
		}
	case []any:
		// Lists of different length are one difference: which item was meant to go is a guess.
		if a, ok := after.([]any); ok && len(a) == len(b) {
			for i := range b {
				differences = compareValues(pointer+"/"+strconv.Itoa(i), b[i], a[i], differences)
			}
			return differences
		}
	}
	if bytes.Equal(encodeJSON(before), encodeJSON(after)) {
		return differences
	}
	return append(differences, pointer)
}

func compareObjects(pointer string, before, after map[string]any, differences []string) []string {
	for key, b := range before {
		at := pointer + "/" + pointerToken(key)
		if a, ok := after[key]; ok {
			differences = compareValues(at, b, a, differences)
		} else {
			differences = append(differences, at)
		}
	}
	for key := range after {
		if _, ok := before[key]; !ok {
			differences = append(differences, pointer+"/"+pointerToken(key))
		}
	}
	return differences
}

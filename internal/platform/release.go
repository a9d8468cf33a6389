package platform

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Release is the whole catalog at one moment: every version of everything that was ever published. It is stored as one
// body, so that a publication of any size takes effect at once or not at all, and a reader never sees half of one.
type Release struct {
	Revision int64         // counts publications; 0 is the empty catalog before the first
	Items    []CatalogItem // by kind and name, then in the order of publication
}

// CatalogHead points at the current release. It is the row that publications compete for.
type CatalogHead struct {
	Revision    int64
	Body        BodyRef
	Seed        string // digest of the packaged documents that were taken in last
	Commit      string // of the last publication
	PublishedAt time.Time
	PublishedBy string
	Stored      Stored
}

// What a publication did with an item.
const (
	ItemAdded         = "added"
	ItemUnchanged     = "unchanged"
	ItemStatusChanged = "statusChanged"
)

// ItemChange is what became of one item in a publication.
type ItemChange struct {
	Kind          CatalogKind
	Name, Version string
	Action        string // added, unchanged, statusChanged
	Status        ItemStatus
}

// Publish adds items to a release. A version that is there already with the same content is left as it is, but for its
// status if the item says one; with other content it is refused with Conflict, and nothing is published at all. Of each
// name one version stays the default: a new default makes the one before deprecated.
func (r Release) Publish(items []CatalogItem, by, commit string, at time.Time) (Release, []ItemChange, error) {
	next := Release{Revision: r.Revision + 1, Items: slices.Clone(r.Items)}
	changes := make([]ItemChange, 0, len(items))
	var wrong []Detail
	for i, item := range items {
		change, err := next.put(item, by, commit, at)
		if err != nil {
			wrong = append(wrong, Detail{fmt.Sprintf("/items/%d", i), sentence(err)})
			continue
		}
		changes = append(changes, change)
	}
	if len(wrong) > 0 {
		return Release{}, nil, Errorf(VersionExists, "Published versions are immutable, and this would change some.").With(wrong...).
			Do("Give what you changed a new version, and publish that.")
	}
	slices.SortStableFunc(next.Items, compareItems)
	return next, changes, nil
}

func compareItems(a, b CatalogItem) int {
	return cmp.Or(cmp.Compare(slices.Index(CatalogKinds, a.Kind), slices.Index(CatalogKinds, b.Kind)), strings.Compare(a.Name, b.Name))
}

func (r *Release) put(item CatalogItem, by, commit string, at time.Time) (ItemChange, error) {
	change := ItemChange{Kind: item.Kind, Name: item.Name, Version: item.Version, Action: ItemUnchanged}
	found := r.find(item.Kind, item.Name, item.Version)
	switch {
	case found < 0:
		item.Commit, item.PublishedAt, item.PublishedBy = commit, at, by
		item.Status = cmp.Or(item.Status, StatusDefault)
		r.Items = append(r.Items, item)
		found = len(r.Items) - 1
		change.Action = ItemAdded
	case r.Items[found].Digest() != item.Digest():
		return change, fmt.Errorf("%s was published on %s with other content", item.Ref(), r.Items[found].PublishedAt.Format(time.DateOnly))
	case item.Status != "" && item.Status != r.Items[found].Status:
		r.Items[found].Status = item.Status
		change.Action = ItemStatusChanged
	}
	if r.Items[found].Status == StatusDefault {
		r.demoteOthers(found)
	}
	change.Status = r.Items[found].Status
	return change, nil
}

// demoteOthers keeps the default of a name the only one.
func (r *Release) demoteOthers(kept int) {
	for i, other := range r.Items {
		if i != kept && other.Kind == r.Items[kept].Kind && other.Name == r.Items[kept].Name && other.Status == StatusDefault {
			r.Items[i].Status = StatusDeprecated
		}
	}
}

func (r Release) find(kind CatalogKind, name, version string) int {
	return slices.IndexFunc(r.Items, func(i CatalogItem) bool { return i.Kind == kind && i.Name == name && i.Version == version })
}

// storedRelease is the form in the store. Modules are kept once, however many definitions use them.
type storedRelease struct {
	Revision int64                        `json:"revision"`
	Items    []storedItem                 `json:"items"`
	Modules  map[string]map[string]string `json:"modules,omitempty"` // by digest
}

type storedItem struct {
	Kind        CatalogKind     `json:"kind"`
	Name        string          `json:"name"`
	Version     string          `json:"version"`
	Status      ItemStatus      `json:"status"`
	Document    json.RawMessage `json:"document"`
	Module      string          `json:"module,omitempty"`
	Commit      string          `json:"commit,omitempty"`
	PublishedAt time.Time       `json:"publishedAt"`
	PublishedBy string          `json:"publishedBy,omitempty"`
}

func (r Release) encode() ([]byte, error) {
	out := storedRelease{Revision: r.Revision, Modules: map[string]map[string]string{}}
	for _, i := range r.Items {
		s := storedItem{i.Kind, i.Name, i.Version, i.Status, i.Document, "", i.Commit, i.PublishedAt, i.PublishedBy}
		if i.Files != nil {
			s.Module = digestOf(encodeJSON(filesValue(i.Files)))
			out.Modules[s.Module] = i.Files
		}
		out.Items = append(out.Items, s)
	}
	text, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("encode catalog release %d: %w", r.Revision, err)
	}
	return text, nil
}

func decodeRelease(text []byte) (Release, error) {
	var in storedRelease
	if err := json.Unmarshal(text, &in); err != nil {
		return Release{}, fmt.Errorf("decode catalog release: %w", err)
	}
	r := Release{Revision: in.Revision}
	for _, s := range in.Items {
		r.Items = append(r.Items, CatalogItem{s.Kind, s.Name, s.Version, s.Status, s.Document, in.Modules[s.Module], s.Commit, s.PublishedAt, s.PublishedBy})
	}
	return r, nil
}

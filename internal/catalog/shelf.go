package catalog

import (
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/platform"
)

// shelf holds everything of one kind: each version that may be used, and the one of each name that is used.
type shelf[T any] struct {
	versions map[string]T // by name@version; without defective ones
	current  []T          // sorted by name
	index    map[string]int
	names    []string // of current
}

// put adds a version in the making of a shelf.
func (s *shelf[T]) put(item platform.CatalogItem, value T) {
	if item.Status == platform.StatusDefective {
		return
	}
	if s.versions == nil {
		s.versions = map[string]T{}
	}
	s.versions[item.Name+"@"+item.Version] = value
	if isDefault(item) {
		s.current = append(s.current, value)
		s.names = append(s.names, item.Name)
	}
}

// isDefault also tells of a document that says no status: it will be the default.
func isDefault(item platform.CatalogItem) bool {
	return item.Status == platform.StatusDefault || item.Status == ""
}

// arrange sorts what is used and makes it findable.
func (s *shelf[T]) arrange() {
	order := make([]int, len(s.names))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(s.names[a], s.names[b]) })
	current, names := make([]T, len(order)), make([]string, len(order))
	s.index = make(map[string]int, len(order))
	for to, from := range order {
		current[to], names[to] = s.current[from], s.names[from]
		s.index[names[to]] = to
	}
	s.current, s.names = current, names
}

func (s *shelf[T]) find(name string) (T, bool) {
	i, ok := s.index[name]
	if !ok {
		var none T
		return none, false
	}
	return s.current[i], true
}

// with is the shelf with another version of a name in use; false if there is no such version for anybody.
func (s *shelf[T]) with(name, version string) (shelf[T], bool) {
	value, ok := s.versions[name+"@"+version]
	if !ok {
		return *s, false
	}
	pinned := shelf[T]{versions: s.versions, index: s.index, names: s.names, current: slices.Clone(s.current)}
	if i, used := s.index[name]; used {
		pinned.current[i] = value
		return pinned, true
	}
	pinned.current, pinned.names = append(pinned.current, value), append(slices.Clone(s.names), name)
	pinned.arrange()
	return pinned, true
}

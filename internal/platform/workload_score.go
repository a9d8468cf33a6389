package platform

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"
)

// scoreReader turns one Score document into resources.
type scoreReader struct {
	*workloadExpansion
	at       string
	name     string
	document map[string]any
	aliases  map[string]string // of its resources; empty for the environment's values
}

// resources takes in what the workload asks for. A shared id makes one resource of several requests.
func (w *scoreReader) resources() {
	asked, _ := w.document["resources"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		request, _ := asked[name].(map[string]any)
		w.aliases[name] = w.aliasOf(name, request)
	}
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		request, _ := asked[name].(map[string]any)
		if alias := w.aliases[name]; alias != "" {
			w.resource(name, alias, request)
		}
	}
}

// aliasOf names the resource: by its shared id, else by the workload and its name there.
func (w *scoreReader) aliasOf(name string, request map[string]any) string {
	if request["type"] == environmentResource {
		return ""
	}
	id, ok := request["id"].(string)
	if !ok {
		return w.name + "-" + name
	}
	at := w.at + "/resources/" + pointerToken(name) + "/id"
	alias := strings.ReplaceAll(id, ".", "-")
	if _, isWorkload := w.manifest.Workloads[alias]; isWorkload {
		w.refuse(at, "%q is a workload of this manifest, which cannot be shared as a resource.", alias)
		return ""
	}
	if before, taken := w.ids[alias]; taken && before != id {
		w.refuse(at, "The ids %q and %q would be one resource here, since its name has no dots; change one of them.", before, id)
		return ""
	}
	w.ids[alias] = id
	return alias
}

func (w *scoreReader) resource(name, alias string, request map[string]any) {
	at := w.at + "/resources/" + pointerToken(name)
	kind, _ := request["type"].(string)
	class, _ := request["class"].(string)
	r := Resource{Type: kind, Class: class}
	if params, ok := request["params"].(map[string]any); ok {
		r.Inputs, _ = w.texts(at+"/params", params).(map[string]any)
	}
	_, hasID := request["id"]
	first, taken := w.given[alias]
	if !taken {
		w.add(alias, r, at, at+"/params")
		return
	}
	before := w.workloadExpansion.resources[alias]
	switch {
	case !hasID:
		w.refuse(at, "Its name in the environment would be %q, and that is taken at %s; give it an id to share that one.", alias, first)
	case before.Type != r.Type || r.Class != "" && before.Class != "" && before.Class != r.Class:
		w.refuse(at, "It shares the id of %s, and asks for another type or class.", first)
	case len(r.Inputs) > 0 && len(before.Inputs) > 0 && !bytes.Equal(encodeJSON(r.Inputs), encodeJSON(before.Inputs)):
		w.refuse(at+"/params", "It shares the id of %s, and asks for other params.", first)
	default:
		before.Class = cmp.Or(before.Class, r.Class)
		if len(before.Inputs) == 0 && len(r.Inputs) > 0 {
			before.Inputs = r.Inputs
			w.writtenElsewhere(alias, at+"/params")
		}
		w.workloadExpansion.resources[alias] = before
	}
}

// containers gives the containers as the type workload takes them.
func (w *scoreReader) containers() map[string]any {
	asked, _ := w.document["containers"].(map[string]any)
	out := make(map[string]any, len(asked))
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		container, _ := asked[name].(map[string]any)
		out[name] = w.container(w.at+"/containers/"+pointerToken(name), container)
	}
	return out
}

func (w *scoreReader) container(at string, asked map[string]any) map[string]any {
	out := make(map[string]any, len(asked))
	for _, key := range slices.Sorted(maps.Keys(asked)) {
		switch value := asked[key]; key {
		case "variables":
			out[key] = w.texts(at+"/variables", value)
		case "files":
			files, _ := value.(map[string]any)
			out[key] = w.files(at+"/files", files)
		case "volumes":
			if volumes, _ := value.(map[string]any); len(volumes) > 0 {
				w.refuse(at+"/volumes", "Workloads here have no volumes: keep what must last in a resource, such as a storage-account.")
			}
		default: // Score has no placeholders in these
			out[key] = escapeValue(value)
		}
	}
	return out
}

func (w *scoreReader) files(at string, asked map[string]any) map[string]any {
	out := make(map[string]any, len(asked))
	for _, path := range slices.Sorted(maps.Keys(asked)) {
		here := at + "/" + pointerToken(path)
		file, _ := asked[path].(map[string]any)
		content, isText := file["content"].(string)
		if !isText {
			w.refuse(here, "A file must have its content in the document: nothing is read from elsewhere. The command line puts it there for a source.")
			continue
		}
		read := map[string]any{"content": escapeText(content)}
		if file["noExpand"] != true {
			read["content"] = w.text(here+"/content", content)
		}
		if mode, ok := file["mode"]; ok {
			read["mode"] = mode
		}
		out[path] = read
	}
	return out
}

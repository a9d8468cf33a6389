package platform

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/score-spec/score-go/framework"
)

// texts turns every text in a value from Score's placeholders to a manifest's.
func (w *scoreReader) texts(pointer string, value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, item := range v {
			out[key] = w.texts(pointer+"/"+pointerToken(key), item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = w.texts(pointer+"/"+strconv.Itoa(i), item)
		}
		return out
	case string:
		return w.text(pointer, v)
	default:
		return v
	}
}

// mark stands around the number of a reference while Score's own library takes a text apart.
const mark = "\x00"

// text turns a text with placeholders of Score (${resources.db.url}, ${metadata.name}) into one with those of a manifest.
func (w *scoreReader) text(pointer, text string) string {
	if strings.Contains(text, mark) {
		w.refuse(pointer, "A text of a workload cannot hold the character NUL.")
		return ""
	}
	var references []Segment
	marked, err := framework.SubstituteString(text, func(reference string) (string, error) {
		segment, err := w.reference(reference)
		references = append(references, segment)
		return mark + strconv.Itoa(len(references)-1) + mark, err
	})
	if err != nil {
		w.refuse(pointer, "%s", sentence(err))
		return ""
	}
	var segments []Segment
	for i, part := range strings.Split(marked, mark) {
		switch {
		case i%2 == 0 && part != "":
			segments = append(segments, Segment{Kind: LiteralText, Text: part})
		case i%2 == 1:
			n, _ := strconv.Atoi(part) // we wrote it
			segments = append(segments, references[n])
		}
	}
	return FormatText(segments)
}

// reference resolves what stands in a placeholder.
func (w *scoreReader) reference(reference string) (Segment, error) {
	parts := framework.SplitRefParts(reference)
	switch {
	case parts[0] == "metadata":
		return w.metadata(reference, parts[1:])
	case parts[0] != "resources" || len(parts) < 2:
		return Segment{}, fmt.Errorf("${%s} is not a placeholder of Score; known are ${metadata.name} and ${resources.<name>.<output>}; write $${ for a literal ${", clip(reference, 60))
	}
	alias, ok := w.aliases[parts[1]]
	switch {
	case !ok:
		return Segment{}, fmt.Errorf("the workload has no resource %q", clip(parts[1], 60))
	case len(parts) != 3 || !ValidIdentifier(parts[2]):
		return Segment{}, fmt.Errorf("${%s} must name one output of the resource: ${resources.%s.<output>}", clip(reference, 60), parts[1])
	case alias == "":
		return Segment{Kind: ValueReference, Name: parts[2]}, nil
	}
	return Segment{Kind: OutputReference, Alias: alias, Name: parts[2]}, nil
}

// metadata gives a text of the document's metadata, as a literal.
func (w *scoreReader) metadata(reference string, path []string) (Segment, error) {
	value := w.document["metadata"]
	for _, key := range path {
		object, _ := value.(map[string]any)
		value = object[key]
	}
	text, ok := value.(string)
	if !ok || slices.Contains(path, "") {
		return Segment{}, fmt.Errorf("the workload's metadata has no text at ${%s}", clip(reference, 60))
	}
	return Segment{Kind: LiteralText, Text: text}, nil
}

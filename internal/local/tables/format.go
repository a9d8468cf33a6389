package tables

import (
	"mime"
	"net/http"
	"strings"
)

// metadataLevelOf is the JSON level asked for by $format, else by Accept, else minimal metadata.
func metadataLevelOf(r *http.Request) (metadataLevel, error) {
	if format := r.URL.Query().Get("$format"); format != "" {
		return levelOf(format)
	}
	accept := r.Header.Get("Accept")
	if accept == "" {
		return minimalMetadata, nil
	}
	var first error
	for _, choice := range strings.Split(accept, ",") {
		level, err := levelOf(choice)
		if err == nil {
			return level, nil
		}
		if first == nil {
			first = err
		}
	}
	// A batch is answered as multipart/mixed; its parts have an Accept of their own.
	if strings.Contains(accept, "multipart/mixed") {
		return minimalMetadata, nil
	}
	return 0, first
}

func levelOf(mediaType string) (metadataLevel, error) {
	name, parameters, err := mime.ParseMediaType(mediaType)
	if err != nil {
		return 0, unsupportedMedia("%q is not a media type.", mediaType)
	}
	if name == "*/*" || name == "application/*" {
		return minimalMetadata, nil
	}
	if name != "application/json" {
		return 0, unsupportedMedia("Answers are application/json, not %s.", name)
	}
	switch parameters["odata"] {
	case "nometadata":
		return noMetadata, nil
	case "", "minimalmetadata":
		return minimalMetadata, nil
	case "fullmetadata":
		return fullMetadata, nil
	}
	return 0, refuse(http.StatusUnsupportedMediaType, "JsonFormatNotSupported",
		"odata=%s is not supported; nometadata, minimalmetadata and fullmetadata are.", parameters["odata"])
}

// checkContentType refuses bodies that are not JSON.
func checkContentType(header http.Header) error {
	if name, _, err := mime.ParseMediaType(header.Get("Content-Type")); err != nil || name != "application/json" {
		return unsupportedMedia("The body must be application/json, not %q.", header.Get("Content-Type"))
	}
	return nil
}

func unsupportedMedia(format string, args ...any) error {
	return refuse(http.StatusUnsupportedMediaType, "MediaTypeNotSupported", format, args...)
}

// wantsNoContent reports whether the caller asked not to be sent back what he created.
func wantsNoContent(header http.Header) bool {
	return strings.EqualFold(header.Get("Prefer"), "return-no-content")
}

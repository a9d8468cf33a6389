package httpapi

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/lazuli-platform/lazuli/internal/api"
	"github.com/lazuli-platform/lazuli/internal/platform"
)

// Entities are those of Backstage's catalog: a team is a Group, a project a System, an environment a Resource of it, and a template
// a scaffolder Template whose one step asks for an environment through the portal's proxy.
const (
	backstageVersion  = "backstage.io/v1alpha1"
	scaffolderVersion = "scaffolder.backstage.io/v1beta3"
	backstageName     = 63 // characters that a name may have
)

// exportCatalogEntities answers GET /v1/catalog/entities.
func (a *API) exportCatalogEntities(w http.ResponseWriter, r *http.Request) error {
	page, err := a.page(r)
	if err != nil {
		return err
	}
	export, next, err := a.service.ExportCatalogEntities(r.Context(), callerFrom(r), page)
	if err != nil {
		return err
	}
	list := api.CatalogEntityList{Value: []api.CatalogEntity{}, NextLink: a.nextLink(r, next)}
	for _, t := range export.Templates {
		entity, err := templateEntity(t)
		if err != nil {
			return err
		}
		list.Value = append(list.Value, entity)
	}
	var teams []string
	for _, p := range export.Projects {
		if !slices.Contains(teams, p.Project.Team) {
			teams = append(teams, p.Project.Team)
			list.Value = append(list.Value, groupEntity(p.Project.Team))
		}
		list.Value = append(list.Value, a.systemEntity(p.Project))
		for _, env := range p.Environments {
			list.Value = append(list.Value, a.environmentEntity(p.Project, env))
		}
	}
	return answer(w, http.StatusOK, list)
}

// entityName keeps a name within what Backstage takes; a cut one ends in a digest of the whole.
func entityName(name string) string {
	if len(name) <= backstageName {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return name[:backstageName-9] + "-" + hex.EncodeToString(sum[:4])
}

var tagPattern = regexp.MustCompile(`^[a-z0-9:+#]+(-[a-z0-9:+#]+)*$`)

// entityTags keeps the tags that Backstage takes, which refuses an entity for any other.
func entityTags(tags ...string) []string {
	kept := []string{}
	for _, tag := range tags {
		if tag = strings.ToLower(tag); len(tag) <= backstageName && tagPattern.MatchString(tag) {
			kept = append(kept, tag)
		}
	}
	return kept
}

func entity(version, kind, name, title, description string, spec map[string]any) api.CatalogEntity {
	metadata := map[string]any{"name": entityName(name), "namespace": "default", "annotations": map[string]any{}}
	if title != "" {
		metadata["title"] = title
	}
	if description != "" {
		metadata["description"] = description
	}
	return api.CatalogEntity{APIVersion: version, Kind: api.CatalogEntityKind(kind), Metadata: metadata, Spec: spec}
}

func groupRef(team string) string { return "group:default/" + entityName(team) }

func groupEntity(team string) api.CatalogEntity {
	return entity(backstageVersion, "Group", team, "", "", map[string]any{"type": "team", "children": []string{}})
}

func (a *API) systemEntity(p platform.Project) api.CatalogEntity {
	out := entity(backstageVersion, "System", p.Name, p.Title, "", map[string]any{"owner": groupRef(p.Team)})
	a.locate(out, "/projects/"+p.Name, map[string]any{"lazuli.io/project": p.Name})
	return out
}

func (a *API) environmentEntity(p platform.Project, env platform.Environment) api.CatalogEntity {
	// No name has a dot, so no two of them meet when they are joined by one.
	out := entity(backstageVersion, "Resource", p.Name+"."+env.Name, p.Title+": "+env.Name, "", map[string]any{
		"type": "environment", "owner": groupRef(p.Team), "system": "system:default/" + entityName(p.Name)})
	a.locate(out, "/projects/"+p.Name+"/environments/"+env.Name, map[string]any{
		"lazuli.io/project": p.Name, "lazuli.io/environment": env.Name, "lazuli.io/environment-type": env.Type, "lazuli.io/state": string(env.State)})
	out.Metadata["tags"] = entityTags(env.Type)
	return out
}

// locate says where the thing is here.
func (a *API) locate(e api.CatalogEntity, path string, annotations map[string]any) {
	e.Metadata["annotations"] = annotations
	e.Metadata["links"] = []any{map[string]any{"url": a.PublicURL + path, "title": "Lazuli"}}
}

func templateEntity(t platform.Template) (api.CatalogEntity, error) {
	parameters, err := object(t.Parameters.JSON)
	if err != nil {
		return api.CatalogEntity{}, err
	}
	if parameters == nil {
		parameters = map[string]any{"type": "object"}
	}
	parameters["title"] = t.Title
	// Backstage has one space of names for all pages of a form: these are not what parameters of templates are likely to be called.
	where := map[string]any{"title": "Where", "type": "object", "required": []string{"inProject", "inEnvironment", "ofType"}, "properties": map[string]any{
		"inProject": map[string]any{"title": "Project", "type": "string"}, "inEnvironment": map[string]any{"title": "Environment", "type": "string"},
		"ofType": map[string]any{"title": "Type of the environment", "type": "string", "default": "dev"}}}
	step := map[string]any{"id": "ask", "name": "Ask for the environment", "action": "http:backstage:request", "input": map[string]any{
		"method": "PUT", "path": "/proxy/lazuli/v1/projects/${{ parameters.inProject }}/environments/${{ parameters.inEnvironment }}",
		"headers": map[string]any{"content-type": "application/json"},
		"body":    map[string]any{"type": "${{ parameters.ofType }}", "template": t.Name, "parameters": templateValues(t)}}}
	out := entity(scaffolderVersion, "Template", t.Name, t.Title, t.Description, map[string]any{"type": "environment", "parameters": []any{where, parameters}, "steps": []any{step}})
	out.Metadata["tags"] = entityTags(t.Tags...)
	out.Metadata["annotations"] = map[string]any{"lazuli.io/template": t.Name, "lazuli.io/version": t.Version}
	return out, nil
}

// templateValues passes every parameter on under its own name.
func templateValues(t platform.Template) map[string]any {
	out := map[string]any{}
	for _, name := range t.Parameters.Names() {
		out[name] = "${{ parameters." + name + " }}"
	}
	return out
}

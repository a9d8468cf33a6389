package sandboxprovider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

// kindResource is a Terraform resource: M is its model (a struct with tfsdk tags), A the sandbox's answer.
type kindResource[M, A any] struct {
	name    string // of the resource type, after "sandbox_"
	noun    string // for messages
	schema  schema.Schema
	address func(m M) sandboxapi.ID

	// request turns a plan into the body of a PUT.
	request func(ctx context.Context, m M) (any, diag.Diagnostics)
	// accept writes an answer into a model. The model comes with what Terraform had, so that fields that the sandbox
	// does not tell (or tells in another form) stay as they are.
	accept func(ctx context.Context, answer A, m *M) diag.Diagnostics

	put    func(ctx context.Context, c *sandboxapi.Client, m M, body any) (A, error)
	get    func(ctx context.Context, c *sandboxapi.Client, m M) (A, error)
	remove func(ctx context.Context, c *sandboxapi.Client, m M) error

	client *sandboxapi.Client
}

// ofKind fills in the three calls for a resource that has a path of its own.
func ofKind[M, A any](kind sandboxapi.Kind, r kindResource[M, A]) *kindResource[M, A] {
	r.put = func(ctx context.Context, c *sandboxapi.Client, m M, body any) (out A, err error) {
		return out, c.Put(ctx, kind, r.address(m), body, &out)
	}
	r.get = func(ctx context.Context, c *sandboxapi.Client, m M) (out A, err error) {
		return out, c.Get(ctx, kind, r.address(m), &out)
	}
	r.remove = func(ctx context.Context, c *sandboxapi.Client, m M) error {
		return c.Delete(ctx, kind, r.address(m))
	}
	return &r
}

// Metadata names the resource type.
func (r *kindResource[M, A]) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "sandbox_" + r.name
}

// Schema describes the resource type.
func (r *kindResource[M, A]) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.schema
}

// Configure takes the client; Terraform also calls it before the provider is configured, with nothing.
func (r *kindResource[M, A]) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	r.client, _ = req.ProviderData.(*sandboxapi.Client)
}

// Create makes the thing.
func (r *kindResource[M, A]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m M
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if r.apply(ctx, "make", &m, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	}
}

// Update changes the thing.
func (r *kindResource[M, A]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var m M
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if r.apply(ctx, "change", &m, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	}
}

// apply sends the planned model and takes over the answer; it reports whether that went well.
func (r *kindResource[M, A]) apply(ctx context.Context, verb string, m *M, diags *diag.Diagnostics) bool {
	if diags.HasError() {
		return false
	}
	body, found := r.request(ctx, *m)
	diags.Append(found...)
	if diags.HasError() {
		return false
	}
	answer, err := r.put(ctx, r.client, *m, body)
	if err != nil {
		diags.AddError(fmt.Sprintf("Could not %s the %s %s", verb, r.noun, r.address(*m)), err.Error())
		return false
	}
	diags.Append(r.accept(ctx, answer, m)...)
	return !diags.HasError()
}

// Read takes over what the thing is now. One that is gone leaves the state, so that the plan shows it as an addition.
func (r *kindResource[M, A]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m M
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	answer, err := r.get(ctx, r.client, m)
	if sandboxapi.IsGone(err) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.AddError(fmt.Sprintf("Could not read the %s %s", r.noun, r.address(m)), err.Error())
		return
	}
	resp.Diagnostics.Append(r.accept(ctx, answer, &m)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	}
}

// Delete removes the thing with everything in it.
func (r *kindResource[M, A]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m M
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := r.remove(ctx, r.client, m); err != nil {
		resp.Diagnostics.AddError(fmt.Sprintf("Could not remove the %s %s", r.noun, r.address(m)), err.Error())
	}
}

// ImportState takes project/environment/name (and machine/extension's fourth part where the schema has one).
func (r *kindResource[M, A]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	attributes := []string{"project", "environment", "name"}
	if _, nested := r.schema.Attributes["machine"]; nested {
		attributes = []string{"project", "environment", "machine", "name"}
	}
	parts := strings.Split(req.ID, "/")
	if len(parts) != len(attributes) {
		resp.Diagnostics.AddError("The id to import is not understood", "Give it as "+strings.Join(attributes, "/")+".")
		return
	}
	for i, attribute := range attributes {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(attribute), parts[i])...)
	}
}

// identity are the attributes that name a resource: another name is another resource.
func identity(more map[string]schema.Attribute) map[string]schema.Attribute {
	for name, description := range map[string]string{
		"project": "Project that it belongs to.", "environment": "Environment that it belongs to.", "name": "Its name there: the alias in the manifest.",
	} {
		more[name] = schema.StringAttribute{Required: true, Description: description, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()}}
	}
	more["implementation"] = told("What it is in truth, for people.")
	more["honesty"] = told(`"real" or "stand-in".`)
	return more
}

// told is an attribute that the sandbox decides once.
func told(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, Description: description, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}}
}

// toldNumber is one that is a whole number.
func toldNumber(description string) schema.Int64Attribute {
	return schema.Int64Attribute{Computed: true, Description: description, PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()}}
}

// toldSecret is one that must not be shown.
func toldSecret(description string) schema.StringAttribute {
	attribute := told(description)
	attribute.Sensitive = true
	return attribute
}

// named is embedded in every model that has the attributes of identity.
type named struct {
	Project        types.String `tfsdk:"project"`
	Environment    types.String `tfsdk:"environment"`
	Name           types.String `tfsdk:"name"`
	Implementation types.String `tfsdk:"implementation"`
	Honesty        types.String `tfsdk:"honesty"`
}

func (n named) id() sandboxapi.ID {
	return sandboxapi.ID{Project: n.Project.ValueString(), Environment: n.Environment.ValueString(), Name: n.Name.ValueString()}
}

func (n *named) accept(origin sandboxapi.Origin) {
	n.Implementation, n.Honesty = types.StringValue(origin.Implementation), types.StringValue(string(origin.Honesty))
}

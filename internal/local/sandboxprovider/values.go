package sandboxprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Terraform tells "not given" (null) from "given and empty"; the sandbox does not. These helpers write an answer into
// an attribute so that an empty answer leaves whichever of the two it was.

func optionalString(had types.String, got string) types.String {
	if got == "" && (had.IsNull() || had.IsUnknown()) {
		return types.StringNull()
	}
	return types.StringValue(got)
}

func optionalMap(ctx context.Context, had types.Map, got map[string]string) (types.Map, diag.Diagnostics) {
	if len(got) == 0 && (had.IsNull() || had.IsUnknown()) {
		return types.MapNull(types.StringType), nil
	}
	if got == nil {
		got = map[string]string{}
	}
	return types.MapValueFrom(ctx, types.StringType, got)
}

func optionalList(ctx context.Context, had types.List, got []string) (types.List, diag.Diagnostics) {
	if len(got) == 0 && (had.IsNull() || had.IsUnknown()) {
		return types.ListNull(types.StringType), nil
	}
	if got == nil {
		got = []string{}
	}
	return types.ListValueFrom(ctx, types.StringType, got)
}

func optionalSet(ctx context.Context, had types.Set, got []string) (types.Set, diag.Diagnostics) {
	if len(got) == 0 && (had.IsNull() || had.IsUnknown()) {
		return types.SetNull(types.StringType), nil
	}
	if got == nil {
		got = []string{}
	}
	return types.SetValueFrom(ctx, types.StringType, got)
}

package sandboxprovider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/lazuli-platform/lazuli/internal/local/sandboxapi"
)

type databaseModel struct {
	named
	Host     types.String `tfsdk:"host"`
	Port     types.Int64  `tfsdk:"port"`
	Database types.String `tfsdk:"database"`
	Username types.String `tfsdk:"username"`
	Password types.String `tfsdk:"password"`
	URL      types.String `tfsdk:"url"`
	Power    types.String `tfsdk:"power"`
}

func newDatabase() resource.Resource {
	return ofKind(sandboxapi.Databases, kindResource[databaseModel, sandboxapi.Database]{
		name: "database", noun: "database",
		schema: schema.Schema{
			Description: "A PostgreSQL role with a random password and a database that it owns; a SQLite file where there is no PostgreSQL.",
			Attributes: identity(map[string]schema.Attribute{
				"host":     told("Host of the server; empty for SQLite."),
				"port":     toldNumber("Port of the server; 0 for SQLite."),
				"database": told("Name of the database."),
				"username": told("Role that owns it; empty for SQLite."),
				"password": toldSecret("The role's password; empty for SQLite."),
				"url":      toldSecret("Connection URL with role and password in it."),
				"power":    power(),
			}),
		},
		address: func(m databaseModel) sandboxapi.ID { return m.id() },
		request: func(_ context.Context, m databaseModel) (any, diag.Diagnostics) {
			return sandboxapi.DatabaseSpec{Power: sandboxapi.Power(m.Power.ValueString())}, nil
		},
		accept: func(_ context.Context, db sandboxapi.Database, m *databaseModel) diag.Diagnostics {
			m.accept(db.Origin)
			m.Host, m.Port = types.StringValue(db.Host), types.Int64Value(int64(db.Port))
			m.Database, m.Username = types.StringValue(db.Database), types.StringValue(db.Username)
			m.Power = types.StringValue(string(db.Power))
			m.Password, m.URL = types.StringValue(db.Password), types.StringValue(db.URL)
			return nil
		},
	})
}

package replay

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
)

// server answers what an engine asks of a provider before it makes anything.
type server struct {
	tfprotov5.ProviderServer // what is not answered below is never asked of a provider that is mocked

	schemas *tfprotov5.GetProviderSchemaResponse
}

// New makes a provider of a recording.
func New(r Recording) (func() tfprotov5.ProviderServer, error) {
	provider, err := r.Provider.protocol()
	if err != nil {
		return nil, err
	}
	out := &tfprotov5.GetProviderSchemaResponse{Provider: provider}
	if out.ResourceSchemas, err = protocols(r.Resources); err != nil {
		return nil, err
	}
	if out.DataSourceSchemas, err = protocols(r.DataSources); err != nil {
		return nil, err
	}
	return func() tfprotov5.ProviderServer { return &server{schemas: out} }, nil
}

func protocols(schemas map[string]schema) (map[string]*tfprotov5.Schema, error) {
	out := make(map[string]*tfprotov5.Schema, len(schemas))
	var faults []error
	for name, s := range schemas {
		var err error
		if out[name], err = s.protocol(); err != nil {
			faults = append(faults, err)
		}
	}
	return out, errors.Join(faults...)
}

func (s *server) GetMetadata(context.Context, *tfprotov5.GetMetadataRequest) (*tfprotov5.GetMetadataResponse, error) {
	out := &tfprotov5.GetMetadataResponse{}
	for name := range s.schemas.ResourceSchemas {
		out.Resources = append(out.Resources, tfprotov5.ResourceMetadata{TypeName: name})
	}
	for name := range s.schemas.DataSourceSchemas {
		out.DataSources = append(out.DataSources, tfprotov5.DataSourceMetadata{TypeName: name})
	}
	return out, nil
}

func (s *server) GetProviderSchema(context.Context, *tfprotov5.GetProviderSchemaRequest) (*tfprotov5.GetProviderSchemaResponse, error) {
	return s.schemas, nil
}

func (s *server) GetResourceIdentitySchemas(context.Context, *tfprotov5.GetResourceIdentitySchemasRequest) (*tfprotov5.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov5.GetResourceIdentitySchemasResponse{}, nil
}

func (s *server) GetFunctions(context.Context, *tfprotov5.GetFunctionsRequest) (*tfprotov5.GetFunctionsResponse, error) {
	return &tfprotov5.GetFunctionsResponse{}, nil
}

func (s *server) PrepareProviderConfig(_ context.Context, in *tfprotov5.PrepareProviderConfigRequest) (*tfprotov5.PrepareProviderConfigResponse, error) {
	return &tfprotov5.PrepareProviderConfigResponse{PreparedConfig: in.Config}, nil
}

// ConfigureProvider is asked where somebody plans or applies for real, and says that this is not the way.
func (s *server) ConfigureProvider(context.Context, *tfprotov5.ConfigureProviderRequest) (*tfprotov5.ConfigureProviderResponse, error) {
	return &tfprotov5.ConfigureProviderResponse{Diagnostics: []*tfprotov5.Diagnostic{{
		Severity: tfprotov5.DiagnosticSeverityError,
		Summary:  "This provider replays a recorded schema and makes nothing",
		Detail:   "Validate modules with it, or test them with mock_provider. To plan or apply, use the real provider.",
	}}}, nil
}

// What a schema says is checked by the engine; a recording knows no more.

func (s *server) ValidateResourceTypeConfig(context.Context, *tfprotov5.ValidateResourceTypeConfigRequest) (*tfprotov5.ValidateResourceTypeConfigResponse, error) {
	return &tfprotov5.ValidateResourceTypeConfigResponse{}, nil
}

func (s *server) ValidateDataSourceConfig(context.Context, *tfprotov5.ValidateDataSourceConfigRequest) (*tfprotov5.ValidateDataSourceConfigResponse, error) {
	return &tfprotov5.ValidateDataSourceConfigResponse{}, nil
}

func (s *server) StopProvider(context.Context, *tfprotov5.StopProviderRequest) (*tfprotov5.StopProviderResponse, error) {
	return &tfprotov5.StopProviderResponse{}, nil
}

// Package pipelinestest is what platform.Pipelines promises, as one suite that every adapter must pass.
//
// The suite speaks to a real service: the local stand-in always, an Azure DevOps organization where settings for one are
// given. The service must have [Pipeline] as the definition that the adapter drives. Faults (answers that are lost, 429,
// pages of a proxy, a service that is down) are made by a proxy of the suite's own that stands between the adapter and the service, so they are
// the same for all.
//
//	pipelinestest.Run(t, pipelinestest.Service{OrganizationURL: url, Token: pat, Open: func(t testing.TB, url, token string) platform.Pipelines { … }})
package pipelinestest

package main_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/lazuli-platform/lazuli/internal/api"
)

// What expires is deleted by the timer of the Functions host, with nobody asking, and what is in it is gone.
func TestExpiry_byTheTimer(t *testing.T) {
	r := startPlatform(t)
	r.project("payments")
	dev := r.as("developer")
	template, kind, id, end := "static-site", "dev", "01EXPIRY000000000000000001", time.Now().Add(15*time.Second)
	made, err := dev.PutEnvironmentWithResponse(t.Context(), "payments", "dev", &api.PutEnvironmentParams{OperationID: &id},
		api.EnvironmentSpec{Type: &kind, Template: &template, Parameters: map[string]any{"title": "Soon gone"}, ExpiresAt: &end})
	if err != nil || made.StatusCode() != http.StatusCreated {
		t.Fatalf("create: %v %s", err, said(made.Body))
	}
	if op := r.await(id); op.Status != "Succeeded" {
		t.Fatalf("operation ended as %s: %+v", op.Status, op.Error)
	}
	deadline := time.Now().Add(3 * time.Minute) // the timer comes each minute
	for {
		got, err := dev.GetEnvironmentWithResponse(t.Context(), "payments", "dev")
		if err != nil {
			t.Fatal(err)
		}
		if got.StatusCode() == http.StatusNotFound {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("long after its end it is %s", said(got.Body))
		}
		select {
		case <-t.Context().Done():
			t.Fatal("the test is over")
		case <-time.After(time.Second): // a poll of something with a minute's beat
		}
	}
	list, err := dev.ListOperationsWithResponse(t.Context(), "payments", &api.ListOperationsParams{})
	if err != nil || list.JSON200 == nil || len(list.JSON200.Value) != 2 {
		t.Fatalf("operations: %v %s", err, said(list.Body))
	}
	if op := list.JSON200.Value[0]; op.Kind != "deleteEnvironment" || op.RequestedBy != "platform" || op.Status != "Succeeded" {
		t.Errorf("the newest operation is %+v", op)
	}
}

package httpapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/api"
)

// callLifetimes extends, protects and switches; part of the test of the contract.
func callLifetimes(t *testing.T, call func(caller, method, path, body string, status int, headers ...string) answer) {
	t.Helper()
	lab := "/v1/projects/payments/environments/lab"
	call("developer", "PUT", lab, `{"type":"dev","expiresIn":"P1M","manifest":{"resources":{"files":{"type":"storage-account"}}}}`, 400)
	call("developer", "PUT", lab, `{"type":"dev","expiresIn":"P91D","manifest":{"resources":{"files":{"type":"storage-account"}}}}`, 400)
	call("developer", "PUT", lab, `{"type":"dev","expiresIn":"P2D","manifest":{"resources":{"files":{"type":"storage-account"}}}}`, 201)
	before := environmentIn(t, call("developer", "GET", lab, "", 200))
	call("developer", "POST", lab+"/extension", `{"by":"P7D"}`, 200)
	after := environmentIn(t, call("developer", "GET", lab, "", 200))
	if days := after.ExpiresAt.Sub(*before.ExpiresAt).Hours() / 24; days != 7 {
		t.Errorf("extended by %v days, want 7", days)
	}
	call("developer", "POST", lab+"/extension", `{"by":"P7D","until":"2100-01-01T00:00:00Z"}`, 400)
	call("developer", "POST", lab+"/extension", `{"until":"2100-01-01T00:00:00Z"}`, 400)
	call("developer", "PUT", lab+"/protection", `{"reason":"demo"}`, 403)
	if env := environmentIn(t, call("admin", "PUT", lab+"/protection", `{"reason":"demo until June"}`, 200)); env.Protection == nil || env.Protection.By != "admin" {
		t.Errorf("it is protected by %+v", env.Protection)
	}
	call("admin", "DELETE", lab+"/protection", "", 200)
	own := `{"calendar":{"timeZone":"America/New_York","off":[{"days":["mon","fri"],"from":"20:00","to":"24:00"}]}}`
	env := environmentIn(t, call("developer", "PUT", lab+"/calendar", own, 200))
	if env.Calendar == nil || env.NextPowerAt == nil || env.Hibernation == nil || !strings.Contains(own, string(mustJSON(t, env.Calendar.Off))) {
		t.Errorf("its calendar is %+v, next %v", env.Calendar, env.NextPowerAt)
	}
	call("developer", "PUT", lab+"/calendar", `{}`, 200)
	call("developer", "PUT", lab+"/calendar", `{"calendar":{"timeZone":"Nowhere","off":[{"days":["mon"],"from":"20:00","to":"24:00"}]}}`, 400)
	call("developer", "PUT", lab+"/calendar", `{"calendar":{"timeZone":"UTC","off":[{"days":["someday"],"from":"8pm","to":"25:00"}]}}`, 400)
	call("developer", "DELETE", lab+"/calendar", "", 200)
	call("developer", "POST", lab+"/hibernate", "", 409) // it is being created
	call("developer", "POST", lab+"/wake", "", 409)
}

func environmentIn(t *testing.T, a answer) api.Environment {
	t.Helper()
	var env api.Environment
	if err := json.Unmarshal([]byte(a.body), &env); err != nil {
		t.Fatal(err)
	}
	return env
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

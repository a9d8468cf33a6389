package mask_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/lazuli-platform/lazuli/internal/platform/mask"
)

// Each row: what a tool printed, and what may leave. The secrets are made up.
func TestText(t *testing.T) {
	for _, row := range []struct{ name, in, want string }{
		{"nothing to hide", "azurerm_storage_account.this: Creation complete after 24s", "azurerm_storage_account.this: Creation complete after 24s"},
		{"storage", "DefaultEndpointsProtocol=https;AccountName=stshop;AccountKey=c2VjcmV0LXNlY3JldA==;EndpointSuffix=core.windows.net",
			"DefaultEndpointsProtocol=https;AccountName=stshop;AccountKey=***;EndpointSuffix=core.windows.net"},
		{"service bus", "Endpoint=sb://bus.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=aGVsbG8gd29ybGQ=",
			"Endpoint=sb://bus.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=***"},
		{"signature", "GET https://st.blob.core.windows.net/c/b?sv=2023&sig=a%2Fb%3D&se=2027", "GET https://st.blob.core.windows.net/c/b?sv=2023&sig=***&se=2027"},
		{"address", `connect to postgres://app:hun/t@er2@db:5432/shop?sslmode=require`, `connect to postgres://app:***@db:5432/shop?sslmode=require`},
		{"JSON", `{"administratorLogin":"app","administratorLoginPassword":"hun\"ter2","version":"16"}`, `{"administratorLogin":"app","administratorLoginPassword":"***","version":"16"}`},
		{"JSON in JSON", `{"body":"{\"clientSecret\":\"hunter2\",\"a\":1}"}`, `{"body":"{\"clientSecret\":\"***\",\"a\":1}"}`},
		{"HCL", `  + administrator_password = "hunter2"`, `  + administrator_password = "***"`},
		{"hidden by the engine", `  + administrator_password = (sensitive value)`, `  + administrator_password = (sensitive value)`},
		{"environment", "ARM_CLIENT_SECRET=abc8Q~x PGPASSWORD=hunter2 PATH=/bin", "ARM_CLIENT_SECRET=*** PGPASSWORD=*** PATH=/bin"},
		{"flag", "+ psql --username app --password hunter2 --host db", "+ psql --username app --password *** --host db"},
		{"header", "Authorization: Bearer abcdef", "Authorization: Bearer ***"},
		{"bearer", `sent "bearer 0123456789abcdef0123"`, `sent "bearer ***"`},
		{"JWT", "got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl from the issuer", "got *** from the issuer"},
		{"GitHub", "cloning https://ghp_0123456789abcdef0123456789abcdef0123@github.com/x/y", "cloning https://***@github.com/x/y"},
		{"a token for a user", "fatal: https://abcdefghijklmnopqrstuvwxyz234567@dev.azure.com/x/_git/y: not found", "fatal: https://***@dev.azure.com/x/_git/y: not found"},
		{"a short name", "DB_PASS=hunter2 bypass: 1", "DB_PASS=*** bypass: 1"},
		{"Entra ID", "using Ab18Q~0123456789abcdefghijklmnopqrstuvwxy.z", "using ***"},
		{"why a token failed stays", "failed to get token: AADSTS700016: Application was not found", "failed to get token: AADSTS700016: Application was not found"},
		{"checksums stay", "zh:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "zh:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"},
		{"a key in one line", `{"pem":"-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----\n","a":1}`, `{"pem":"***\n","a":1}`},
		{"a key", "wrote\n-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0=\n-----END PRIVATE KEY-----\ndone: 1 file", "wrote\n***\n***\n***\n***\ndone: 1 file"},
		{"a key in a frame", "│ -----BEGIN PRIVATE KEY-----\n│ MIIEvQIBADANBgkq\n╵\nError: no", "│ ***\n***\n╵\nError: no"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := mask.Text(row.in); got != row.want {
				t.Errorf("masked to\n%s\nwant\n%s", got, row.want)
			}
		})
	}
}

// The first line of a key may be on another page of a log than the rest.
func TestLines_middleOfAKey(t *testing.T) {
	secret := strings.Repeat("aB3/", 16)
	got := mask.Lines([]string{"  " + secret, strings.Repeat("0f", 32)})
	if !slices.Equal(got, []string{mask.Hidden, strings.Repeat("0f", 32)}) {
		t.Errorf("masked to %q", got)
	}
}

// forms put a secret into the places where tools print one.
var forms = []func(secret string) string{
	func(s string) string { return "password=" + s },
	func(s string) string { return `"adminPassword" : "` + s + `",` },
	func(s string) string { return `db_password = "` + s + `"` },
	func(s string) string { return "Server=db;User Id=app;Pwd=" + s + ";Encrypt=true" },
	func(s string) string { return "AccountName=x;AccountKey=" + s + ";EndpointSuffix=y" },
	func(s string) string { return "Endpoint=sb://x/;SharedAccessKeyName=Root;SharedAccessKey=" + s },
	func(s string) string { return "https://x/y?se=1&sig=" + s + "&sp=r" },
	func(s string) string { return "amqps://user:" + s + "@host/path" },
	func(s string) string { return "Authorization: Bearer " + s },
	func(s string) string { return `{"access_token":"` + s + `","expires_in":3599}` },
	func(s string) string { return "eyJhbGciOiJub25l" + s + "." + s + "." + s },
	func(s string) string { return "az login --client-secret " + s + " --tenant t" },
	func(s string) string {
		return "-----BEGIN EC PRIVATE KEY-----\n" + s + "\n-----END EC PRIVATE KEY-----"
	},
}

func FuzzText(f *testing.F) {
	f.Add("Error: ", "hunter2hunter2", uint8(0), " and more")
	f.Add("│ ", "AbC0+/=", uint8(12), "\n╵")
	f.Fuzz(func(t *testing.T, before, seed string, form uint8, after string) {
		once := mask.Text(before + after)
		if twice := mask.Text(once); twice != once {
			t.Errorf("masking %q twice gives\n%q, once\n%q", before+after, twice, once)
		}
		secret := secretOf(seed)
		for _, text := range []string{forms[int(form)%len(forms)](secret), "\n" + forms[int(form)%len(forms)](secret) + " " + after} {
			masked := mask.Text(text)
			if strings.Contains(masked, secret) && !strings.Contains(after, secret) {
				t.Errorf("%q is still in %q", secret, masked)
			}
			if again := mask.Text(masked); again != masked {
				t.Errorf("masking twice gives\n%q, once\n%q", again, masked)
			}
		}
	})
}

// secretOf makes a secret of what the fuzzer wishes: 12 characters or more, of those that all the forms can carry.
func secretOf(seed string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
	secret := []byte("x7Q")
	for _, b := range []byte(seed) {
		if len(secret) < 64 {
			secret = append(secret, alphabet[int(b)%len(alphabet)])
		}
	}
	return string(append(secret, "9zK4mWp2T"...))
}

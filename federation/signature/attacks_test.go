package signature

import (
	"crypto/ed25519"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// attack is a row of the list of attacks that this package can answer alone. The
// change is made before signing where that is possible, so that but for the rule
// in question the signature would be good. Lookups says how many keys may be
// looked up: none, unless only the key can tell.
type attack struct {
	id, name string
	schemes  []Scheme
	method   string
	change   func(*forgery)
	lookups  int
}

var (
	both    = []Scheme{Cavage, RFC9421}
	cavage  = []Scheme{Cavage}
	rfc9421 = []Scheme{RFC9421}
)

const post, get = http.MethodPost, http.MethodGet

func afterwards(change func(*http.Request)) func(*forgery) {
	return func(f *forgery) { f.after = change }
}

func field(name string, values ...string) func(*forgery) {
	return func(f *forgery) { f.header[name] = values }
}

func without(name string) func(*forgery) { return func(f *forgery) { f.drop(name) } }

func signing(name string, more func(*forgery)) func(*forgery) {
	return func(f *forgery) {
		f.components = append(f.components, name)
		if more != nil {
			more(f)
		}
	}
}

func hs2019(created, expires string) func(*forgery) {
	return func(f *forgery) {
		f.algorithm, f.created, f.expires = "hs2019", created, expires
		if created != "" {
			f.components = append(f.components, "(created)")
		}
		if expires != "" {
			f.components = append(f.components, "(expires)")
		}
	}
}

func times(created, expires string) func(*forgery) {
	return func(f *forgery) { f.created, f.expires = created, expires }
}

func bending(old, with string) func(*forgery) {
	return func(f *forgery) { f.input = replace(old, with) }
}

func keyed(id string) func(*forgery) { return func(f *forgery) { f.keyID = id } }

func at(d time.Duration) string { return fmt.Sprint(noon.Add(d).Unix()) }

func dated(value string) func(*forgery) { return field("Date", value) }

func goodDigest(f *forgery) string { return f.header.Get("Digest") }

var attacks = []attack{
	{"SIG-01", "no signature", both, post, afterwards(func(r *http.Request) {
		r.Header.Del("Signature")
		r.Header.Del("Signature-Input")
	}), 0},
	{"SIG-01", "only the input of one", rfc9421, post, afterwards(func(r *http.Request) { r.Header.Del("Signature") }), 0},
	{"SIG-01", "an empty one", both, post, afterwards(func(r *http.Request) { r.Header.Set("Signature", "") }), 0},

	{"SIG-04", "the body altered by a byte", both, post, func(f *forgery) { f.body = `{"type":"create"}` }, 0},
	{"SIG-04", "the body altered by white space", both, post, func(f *forgery) { f.body += "\n" }, 0},
	{"SIG-04", "the body gone", both, post, func(f *forgery) { f.body = "" }, 0},
	{"SIG-04", "a body on a GET", both, get, func(f *forgery) { f.body = "{}" }, 0},

	{"SIG-05", "digest right but not signed", cavage, post, without("digest"), 0},
	{"SIG-05", "digest right but not signed", rfc9421, post, without("content-digest"), 0},
	{"SIG-05", "digest not signed, no body", both, post, func(f *forgery) {
		f.body = ""
		f.drop("digest")
		f.drop("content-digest")
	}, 0},
	{"SIG-05", "the digest of the other scheme", cavage, post, func(f *forgery) {
		f.scheme = RFC9421
		f.digest()
		f.scheme = Cavage
		f.drop("digest")
	}, 0},

	{"SIG-06", "two lines, one right", cavage, post, func(f *forgery) { f.header.Add("Digest", goodDigest(f)) }, 0},
	{"SIG-06", "two values, one right", cavage, post, func(f *forgery) { f.header.Set("Digest", goodDigest(f)+","+goodDigest(f)) }, 0},
	{"SIG-06", "md5 before", cavage, post, func(f *forgery) { f.header.Set("Digest", "md5=AAAA,"+goodDigest(f)) }, 0},
	{"SIG-06", "md5 only", cavage, post, field("Digest", "md5=1B2M2Y8AsgTpgAmY7PhCfg=="), 0},
	{"SIG-06", "named sha-512", cavage, post, func(f *forgery) {
		f.header.Set("Digest", strings.Replace(goodDigest(f), "256", "512", 1))
	}, 0},
	{"SIG-06", "31 bytes", cavage, post, field("Digest", "SHA-256="+strings.Repeat("A", 40)+"AA=="), 0},
	{"SIG-06", "not base64", cavage, post, func(f *forgery) { f.header.Set("Digest", goodDigest(f)+"!") }, 0},
	{"SIG-06", "no value", cavage, post, field("Digest", "SHA-256"), 0},
	{"SIG-06", "right, then wrong", rfc9421, post, func(f *forgery) {
		f.header.Set("Content-Digest", f.header.Get("Content-Digest")+", sha-256=:AAAA:")
	}, 0},
	{"SIG-06", "wrong, then right", rfc9421, post, func(f *forgery) {
		f.header.Set("Content-Digest", "sha-256=:AAAA:, "+f.header.Get("Content-Digest"))
	}, 0},
	{"SIG-06", "sha-512 only", rfc9421, post, field("Content-Digest", "sha-512=:AAAA:"), 0},
	{"SIG-06", "a list", rfc9421, post, field("Content-Digest", "sha-256=(1 2)"), 0},
	{"SIG-06", "a text", rfc9421, post, field("Content-Digest", `sha-256="x"`), 0},
	{"SIG-06", "no dictionary", rfc9421, post, field("Content-Digest", "SHA-256=AAAA"), 0},

	{"SIG-07", "signed for another host", both, post, func(f *forgery) { f.host = "other.test" }, 0},
	{"SIG-07", "signed for another port", both, post, func(f *forgery) { f.host = "me.test:8443" }, 0},
	{"SIG-07", "signed for another host", both, get, func(f *forgery) { f.host = "other.test" }, 0},
	{"SIG-07", "no host", both, get, func(f *forgery) { f.host = "" }, 0},
	{"SIG-07", "signed for a name below", both, post, func(f *forgery) { f.host = "x.me.test" }, 0},
	{"SIG-07", "signed for another host, sent under ours", both, post, func(f *forgery) {
		f.host = "other.test"
		f.after = func(r *http.Request) { r.Host = "me.test" }
	}, 1},
	{"SIG-07", "no host", both, post, func(f *forgery) { f.host = "" }, 0},
	{"SIG-07", "a host with a path", both, post, func(f *forgery) { f.host = "me.test/x" }, 0},
	{"SIG-07", "host not signed", cavage, post, without("host"), 0},
	{"SIG-07", "host not signed", cavage, get, without("host"), 0},

	{"SIG-08", "X-Forwarded-Host tells the host that was signed", both, post, func(f *forgery) {
		f.host = "other.test"
		f.header.Set("X-Forwarded-Host", "other.test")
		f.header.Set("X-Forwarded-Proto", "https")
		f.header.Set("Forwarded", "host=other.test;proto=https")
		f.after = func(r *http.Request) { r.Host = "me.test" }
	}, 1},
	{"SIG-08", "X-Forwarded-Host tells our host", both, post, func(f *forgery) {
		f.host = "other.test"
		f.header.Set("X-Forwarded-Host", "me.test")
		f.header.Set("Forwarded", "host=me.test")
	}, 0},
	{"SIG-08", "a whole URL in the request line", both, post, func(f *forgery) { f.target = "https://other.test/inbox" }, 0},
	{"SIG-08", "a star in the request line", both, post, func(f *forgery) { f.target = "*" }, 0},

	{"SIG-09", "moved to another inbox", both, post, afterwards(func(r *http.Request) { r.RequestURI = "/@owner/inbox" }), 1},
	{"SIG-09", "a GET moved to a POST", cavage, get, func(f *forgery) {
		f.digest()
		f.after = func(r *http.Request) { r.Method = post }
	}, 1},
	{"SIG-09", "a GET moved to a POST", rfc9421, get, func(f *forgery) {
		f.digest()
		f.after = func(r *http.Request) { r.Method = post }
	}, 1},
	{"SIG-09", "two slashes", both, post, afterwards(func(r *http.Request) { r.RequestURI = "//inbox" }), 1},
	{"SIG-09", "an escaped dot", both, post, afterwards(func(r *http.Request) { r.RequestURI = "/%2e/inbox" }), 1},
	{"SIG-09", "an escaped letter", both, post, afterwards(func(r *http.Request) { r.RequestURI = "/%69nbox" }), 1},
	{"SIG-09", "a query added to a POST", both, post, afterwards(func(r *http.Request) { r.RequestURI = "/inbox?x=1" }), 1},
	{"SIG-09", "a query added to a GET", rfc9421, get, afterwards(func(r *http.Request) { r.RequestURI = "/inbox?x=1" }), 1},
	{"SIG-09", "a query added to a HEAD", both, http.MethodHead, afterwards(func(r *http.Request) { r.RequestURI = "/inbox?x=1" }), 1},
	{"SIG-09", "another query on a GET", both, get, func(f *forgery) {
		f.target = "/inbox?x=1"
		f.after = func(r *http.Request) { r.RequestURI = "/inbox?x=2" }
	}, 1},
	{"SIG-09", "target not signed", cavage, post, without("(request-target)"), 0},
	{"SIG-09", "target not signed", cavage, get, without("(request-target)"), 0},

	{"SIG-10", "66 minutes old", cavage, post, dated(noon.Add(-66 * time.Minute).Format(http.TimeFormat)), 0},
	{"SIG-10", "65 minutes and a second old", cavage, post, dated(noon.Add(-65*time.Minute - time.Second).Format(http.TimeFormat)), 0},
	{"SIG-10", "13 hours old", cavage, post, dated(noon.Add(-13 * time.Hour).Format(http.TimeFormat)), 0},
	{"SIG-10", "61 minutes early", cavage, post, dated(noon.Add(61 * time.Minute).Format(http.TimeFormat)), 0},
	{"SIG-10", "an hour and a second early", cavage, post, dated(noon.Add(time.Hour + time.Second).Format(http.TimeFormat)), 0},
	{"SIG-10", "a day early", cavage, post, dated(noon.Add(24 * time.Hour).Format(http.TimeFormat)), 0},
	{"SIG-10", "66 minutes old", rfc9421, post, times(at(-66*time.Minute), ""), 0},
	{"SIG-10", "65 minutes and a second old", rfc9421, post, times(at(-65*time.Minute-time.Second), ""), 0},
	{"SIG-10", "13 hours old", rfc9421, post, times(at(-13*time.Hour), ""), 0},
	{"SIG-10", "13 hours old, good for a day", rfc9421, post, times(at(-13*time.Hour), at(11*time.Hour)), 0},
	{"SIG-10", "12 hours and a second old, good for a day", rfc9421, post, times(at(-12*time.Hour-time.Second), at(time.Hour)), 0},
	{"SIG-10", "61 minutes early", rfc9421, post, times(at(61*time.Minute), ""), 0},
	{"SIG-10", "a day early", rfc9421, post, times(at(24*time.Hour), ""), 0},
	{"SIG-10", "an old date signed beside a new (created)", cavage, post, func(f *forgery) {
		hs2019(at(0), "")(f)
		dated(noon.Add(-66 * time.Minute).Format(http.TimeFormat))(f)
	}, 0},
	{"SIG-10", "a new date signed beside an old (created)", cavage, post, hs2019(at(-66*time.Minute), ""), 0},
	{"SIG-10", "an old date signed beside a new created", rfc9421, post, signing("date", dated(noon.Add(-66*time.Minute).Format(http.TimeFormat))), 0},

	{"SIG-11", "no date", cavage, post, func(f *forgery) { f.header.Del("Date") }, 0},
	{"SIG-11", "date not signed", cavage, post, without("date"), 0},
	{"SIG-11", "nonsense", cavage, post, dated("yesterday"), 0},
	{"SIG-11", "empty", cavage, post, dated(""), 0},
	{"SIG-11", "two lines", cavage, post, field("Date", noon.Format(http.TimeFormat), noon.Format(http.TimeFormat)), 0},
	{"SIG-11", "RFC 850", cavage, post, dated("Sunday, 22-Nov-26 12:00:00 GMT"), 0},
	{"SIG-11", "asctime", cavage, post, dated("Sun Nov 22 12:00:00 2026"), 0},
	{"SIG-11", "gmt in small letters", cavage, post, dated("Sun, 22 Nov 2026 12:00:00 gmt"), 0},
	{"SIG-11", "UTC", cavage, post, dated("Sun, 22 Nov 2026 12:00:00 UTC"), 0},
	{"SIG-11", "the wrong day of the week", cavage, post, dated("Mon, 22 Nov 2026 12:00:00 GMT"), 0},
	{"SIG-11", "a day in small letters", cavage, post, dated("sun, 22 Nov 2026 12:00:00 GMT"), 0},
	{"SIG-11", "parts of a second", cavage, post, dated("Sun, 22 Nov 2026 12:00:00.5 GMT"), 0},

	{"SIG-18", "acct", both, post, keyed("acct:alice@good.test"), 0},
	{"SIG-18", "data", both, post, keyed("data:text/plain,x"), 0},
	{"SIG-18", "javascript", both, post, keyed("javascript:alert(1)"), 0},
	{"SIG-18", "file", both, post, keyed("file:///etc/passwd"), 0},
	{"SIG-18", "unix", both, post, keyed("unix:/run/x"), 0},
	{"SIG-18", "relative", both, post, keyed("/alice#main-key"), 0},
	{"SIG-18", "no scheme", both, post, keyed("//good.test/alice"), 0},
	{"SIG-18", "empty", both, post, keyed(""), 0},
	{"SIG-18", "user and password", both, post, keyed("https://a:b@good.test/alice"), 0},
	{"SIG-18", "longer than 2 kB", both, post, keyed("https://good.test/" + strings.Repeat("a", 2048-18+1)), 0},
	{"SIG-18", "64 kB", both, post, keyed("https://good.test/" + strings.Repeat("a", 64<<10)), 0},
	{"SIG-18", "a quotation mark", rfc9421, post, keyed(`https://good.test/a\"b`), 0},
	{"SIG-18", "no keyid", rfc9421, post, bending(`;keyid="`+keyID+`"`, ""), 0},
	{"SIG-18", "a keyid that is no text", rfc9421, post, bending(`"`+keyID+`"`, "7"), 0},
	{"SIG-18", "no keyId", cavage, post, bending(`keyId="`+keyID+`",`, ""), 0},

	{"SIG-19", "our own key", both, post, keyed("https://me.test/@owner#main-key"), 0},
	{"SIG-19", "our own key, in capitals and with the port", both, post, keyed("HTTPS://ME.test:443/@owner#main-key"), 0},

	{"SIG-20", "signed with an older key", both, post, func(f *forgery) {
		f.found = func(k *PublicKey) { k.Key = otherKey().Public() }
	}, 1},
	{"SIG-20", "signed with a key of the other kind", both, post, func(f *forgery) {
		f.algorithm = ""
		f.found = func(k *PublicKey) { k.Key = edKey().Public() }
	}, 1},

	{"SIG-17", "another key found than was asked for", both, post, func(f *forgery) {
		f.found = func(k *PublicKey) { k.ID = "https://good.test/bob#main-key" }
	}, 1},
	{"SIG-17", "a key without owner found", both, post, func(f *forgery) {
		f.found = func(k *PublicKey) { k.Owner = "" }
	}, 1},

	{"SIG-24", "an RSA key of 1024 bits", both, post, func(f *forgery) { f.private = smallKey() }, 1},
	{"SIG-24", "half an Ed25519 key", both, post, func(f *forgery) {
		f.private, f.algorithm = edKey(), ""
		f.found = func(k *PublicKey) { k.Key = edKey().Public().(ed25519.PublicKey)[:16] }
	}, 1},
	{"SIG-24", "no key", both, post, func(f *forgery) { f.found = func(k *PublicKey) { k.Key = nil } }, 1},
	{"SIG-24", "an Ed25519 key called RSA", cavage, post, func(f *forgery) { f.private = edKey() }, 1},
	{"SIG-24", "an Ed25519 key called RSA", rfc9421, post, func(f *forgery) { f.private = edKey() }, 1},
	{"SIG-24", "an RSA key called Ed25519", both, post, func(f *forgery) { f.algorithm = "ed25519" }, 1},
	{"SIG-24", "hmac-sha256", both, post, func(f *forgery) { f.algorithm = "hmac-sha256" }, 0},
	{"SIG-24", "rsa-pss-sha512", both, post, func(f *forgery) { f.algorithm = "rsa-pss-sha512" }, 0},
	{"SIG-24", "RSA-SHA256 in capitals", both, post, func(f *forgery) { f.algorithm = "RSA-SHA256" }, 0},
	{"SIG-24", "alg that is no text", rfc9421, post, bending(`alg="rsa-v1_5-sha256"`, "alg=7"), 0},
	{"SIG-24", "an empty alg", rfc9421, post, bending(`alg="rsa-v1_5-sha256"`, `alg=""`), 0},

	{"SIG-26", "keyId twice", cavage, post, bending("keyId=", `keyId="https://evil.test/m",keyId=`), 0},
	{"SIG-26", "keyId twice, in another case", cavage, post, bending("keyId=", `keyid="https://evil.test/m",keyId=`), 0},
	{"SIG-26", "headers twice", cavage, post, bending("headers=", `headers="date",headers=`), 0},
	{"SIG-26", "signature twice", cavage, post, bending("keyId=", `signature="AAAA",keyId=`), 0},
	{"SIG-26", "an unknown one twice", cavage, post, bending("keyId=", `x="1",x="1",keyId=`), 0},
	{"SIG-26", "missing quotes", cavage, post, bending(`algorithm="rsa-sha256"`, `algorithm=rsa-sha256`), 0},
	{"SIG-26", "an open quote", cavage, post, bending(`algorithm="rsa-sha256"`, `algorithm="rsa-sha256`), 0},
	{"SIG-26", "an open quote at the end", cavage, post, afterwards(func(r *http.Request) {
		r.Header.Set("Signature", strings.TrimSuffix(r.Header.Get("Signature"), `"`))
	}), 0},
	{"SIG-26", "a name beyond a to z", cavage, post, bending("keyId=", `x{="1",keyId=`), 0},
	{"SIG-26", "a name before a", cavage, post, bending("keyId=", "x`=\"1\",keyId="), 0},
	{"SIG-26", "single quotes", cavage, post, bending(`algorithm="rsa-sha256"`, `algorithm='rsa-sha256'`), 0},
	{"SIG-26", "an escape", cavage, post, bending("keyId=", `x="\a",keyId=`), 0},
	{"SIG-26", "NUL", cavage, post, bending("keyId=", "x=\"\x00\",keyId="), 0},
	{"SIG-26", "DEL", cavage, post, bending("keyId=", "x=\"\x7f\",keyId="), 0},
	{"SIG-26", "beyond ASCII", cavage, post, bending("keyId=", `x="é",keyId=`), 0},
	{"SIG-26", "no value", cavage, post, bending("keyId=", "x=,keyId="), 0},
	{"SIG-26", "no equals sign", cavage, post, bending("keyId=", "x,keyId="), 0},
	{"SIG-26", "no name", cavage, post, bending("keyId=", `="1",keyId=`), 0},
	{"SIG-26", "a space after the name", cavage, post, bending("keyId=", `x ="1",keyId=`), 0},
	{"SIG-26", "no comma", cavage, post, bending(",headers=", " headers="), 0},
	{"SIG-26", "a semicolon", cavage, post, bending(",headers=", ";headers="), 0},
	{"SIG-26", "two commas", cavage, post, bending(",headers=", ",,headers="), 0},
	{"SIG-26", "a comma before", cavage, post, bending("keyId=", ",keyId="), 0},
	{"SIG-26", "a comma at the end", cavage, post, afterwards(func(r *http.Request) {
		r.Header.Set("Signature", r.Header.Get("Signature")+",")
	}), 0},
	{"SIG-26", "a comma within quotes", cavage, post, bending(`keyId="`+keyID, `keyId="`+keyID+`,headers="`), 0},
	{"SIG-26", "64 kB", cavage, post, bending("keyId=", `x="`+strings.Repeat("x", 64<<10)+`",keyId=`), 0},
	{"SIG-26", "not base64", cavage, post, afterwards(editField("Signature", `signature="`, `signature="*`)), 0},
	{"SIG-26", "base64 without its end", cavage, post, afterwards(editField("Signature", `=="`, `"`)), 0},
	{"SIG-26", "63 bytes of signature", cavage, post, afterwards(func(r *http.Request) {
		r.Header.Set("Signature", `keyId="`+keyID+`",headers="(request-target) host date digest",signature="`+strings.Repeat("AAAA", 21)+`"`)
	}), 0},
	{"SIG-26", "1026 bytes of signature", cavage, post, afterwards(func(r *http.Request) {
		r.Header.Set("Signature", `keyId="`+keyID+`",headers="(request-target) host date digest",signature="`+strings.Repeat("AAAA", 342)+`"`)
	}), 0},
	{"SIG-26", "two lines", cavage, post, afterwards(func(r *http.Request) { r.Header.Add("Signature", r.Header.Get("Signature")) }), 0},
	{"SIG-26", "no headers", cavage, post, bending(`headers="(request-target) host date digest",`, ""), 0},
	{"SIG-26", "two spaces among headers", cavage, post, bending("host date", "host  date"), 0},
	{"SIG-26", "64 kB", rfc9421, post, bending(";alg", `;x="`+strings.Repeat("x", 64<<10)+`";alg`), 0},
	{"SIG-26", "keyid twice", rfc9421, post, bending(";keyid", `;keyid="https://evil.test/m";keyid`), 0},
	{"SIG-26", "a label twice", rfc9421, post, afterwards(func(r *http.Request) {
		r.Header.Add("Signature-Input", r.Header.Get("Signature-Input"))
	}), 0},
	{"SIG-26", "a signature twice", rfc9421, post, afterwards(func(r *http.Request) {
		r.Header.Add("Signature", r.Header.Get("Signature"))
	}), 0},
	{"SIG-26", "not base64", rfc9421, post, afterwards(editField("Signature", "sig1=:", "sig1=:*")), 0},
	{"SIG-26", "a signature that is text", rfc9421, post, afterwards(func(r *http.Request) { r.Header.Set("Signature", `sig1="x"`) }), 0},
	{"SIG-26", "a signature that is a list", rfc9421, post, afterwards(func(r *http.Request) { r.Header.Set("Signature", "sig1=(1 2)") }), 0},
	{"SIG-26", "an input that is no list", rfc9421, post, afterwards(func(r *http.Request) { r.Header.Set("Signature-Input", "sig1=7") }), 0},
	{"SIG-26", "an input that is no dictionary", rfc9421, post, afterwards(func(r *http.Request) { r.Header.Set("Signature-Input", "(") }), 0},
	{"SIG-26", "a number with zeros before", rfc9421, post, bending("created=", "created=00"), 0},

	{"SIG-27", "Authorization too", both, post, afterwards(func(r *http.Request) {
		r.Header.Set("Authorization", "Signature "+r.Header.Get("Signature"))
	}), 0},
	{"SIG-27", "Authorization too, in small letters, second", both, post, field("Authorization", "Bearer x", "signature x"), 0},
	{"SIG-27", "Authorization alone", cavage, post, afterwards(func(r *http.Request) {
		r.Header.Set("Authorization", "Signature "+r.Header.Get("Signature"))
		r.Header.Del("Signature")
	}), 0},

	{"SIG-28", "(created) in the future", cavage, post, hs2019(at(61*time.Minute), ""), 0},
	{"SIG-28", "(expires) past", cavage, post, hs2019(at(-time.Minute), at(-time.Second)), 0},
	{"SIG-28", "(expires) past, with date", cavage, post, hs2019("", at(-time.Second)), 0},
	{"SIG-28", "expires before created", cavage, post, hs2019(at(30*time.Minute), at(10*time.Minute)), 0},
	{"SIG-28", "negative", cavage, post, hs2019("-5", ""), 0},
	{"SIG-28", "negative (expires)", cavage, post, hs2019("", "-5"), 0},
	{"SIG-28", "a bad beginning, with a good end", cavage, post, hs2019("007", at(time.Hour)), 0},
	{"SIG-28", "a number too large", cavage, post, hs2019("9223372036854775808", ""), 0},
	{"SIG-28", "the largest number", cavage, post, hs2019("9223372036854775807", ""), 0},
	{"SIG-28", "the largest end", cavage, post, func(f *forgery) {
		hs2019("", "9223372036854775808")(f)
	}, 0},
	{"SIG-28", "a plus before", cavage, post, func(f *forgery) {
		hs2019(at(0), "")(f)
		f.created = "+" + f.created
	}, 0},
	{"SIG-28", "zeros before", cavage, post, func(f *forgery) {
		hs2019(at(0), "")(f)
		f.input = replace("created=", "created=0")
	}, 0},
	{"SIG-28", "(created) not given", cavage, post, signing("(created)", func(f *forgery) { f.algorithm = "hs2019" }), 0},
	{"SIG-28", "(expires) not given", cavage, post, signing("(expires)", func(f *forgery) { f.algorithm = "hs2019" }), 0},
	{"SIG-28", "(created) with rsa-sha256", cavage, post, func(f *forgery) {
		hs2019(at(0), "")(f)
		f.algorithm = "rsa-sha256"
	}, 0},
	{"SIG-28", "(expires) with rsa-sha256", cavage, post, func(f *forgery) {
		hs2019("", at(time.Hour))(f)
		f.algorithm = "rsa-sha256"
	}, 0},
	{"SIG-28", "created in the future", rfc9421, post, times(at(61*time.Minute), at(2*time.Hour)), 0},
	{"SIG-28", "expires past", rfc9421, post, times(at(-time.Minute), at(-time.Second)), 0},
	{"SIG-28", "expires before created", rfc9421, post, times(at(30*time.Minute), at(10*time.Minute)), 0},
	{"SIG-28", "created negative", rfc9421, post, times("-5", ""), 0},
	{"SIG-28", "expires the zero of Go's clock", rfc9421, post, times(at(0), "-62135596800"), 0},
	{"SIG-28", "created too large", rfc9421, post, times("9223372036854775808", ""), 0},
	{"SIG-28", "created a text", rfc9421, post, times(`"`+at(0)+`"`, ""), 0},
	{"SIG-28", "expires a text", rfc9421, post, times(at(0), `"x"`), 0},

	{"SIG-29", "@method missing", rfc9421, post, without("@method"), 0},
	{"SIG-29", "@target-uri missing", rfc9421, post, without("@target-uri"), 0},
	{"SIG-29", "@authority missing", rfc9421, post, covering("@method", "@path", "@query", "content-digest"), 0},
	{"SIG-29", "@path missing", rfc9421, post, covering("@method", "@authority", "@query", "content-digest"), 0},
	{"SIG-29", "@query missing", rfc9421, post, covering("@method", "@authority", "@path", "content-digest"), 0},
	{"SIG-29", "created missing", rfc9421, post, times("", ""), 0},
	{"SIG-29", "created missing, date signed", rfc9421, post, signing("date", times("", "")), 0},
	{"SIG-29", "two labels, one good", rfc9421, post, afterwards(func(r *http.Request) {
		r.Header.Set("Signature-Input", r.Header.Get("Signature-Input")+`, sig2=("date");created=1`)
		r.Header.Set("Signature", r.Header.Get("Signature")+`, sig2=:AAAA:`)
	}), 0},
	{"SIG-29", "two inputs, one signature", rfc9421, post, afterwards(func(r *http.Request) {
		r.Header.Add("Signature-Input", `sig2=("date");created=1`)
	}), 0},
	{"SIG-29", "one input, two signatures", rfc9421, post, afterwards(func(r *http.Request) {
		r.Header.Add("Signature", `sig2=:AAAA:`)
	}), 0},
	{"SIG-29", "another label", rfc9421, post, afterwards(editField("Signature", "sig1", "sig2")), 0},
	{"SIG-29", "an unknown component", rfc9421, post, signing("@weather", nil), 0},
	{"SIG-29", "@signature-params as a component", rfc9421, post, signing("@signature-params", nil), 0},
	{"SIG-29", "a component with a parameter", rfc9421, post, bending(`"@method"`, `"@method";req`), 0},
	{"SIG-29", "a component in capitals", rfc9421, post, signing("Content-Type", nil), 0},
	{"SIG-29", "a component that is no text", rfc9421, post, bending(`("@method"`, `(7 "@method"`), 0},
	{"SIG-29", "a component twice", rfc9421, post, signing("@method", nil), 0},
	{"SIG-29", "a cavage signature with an input beside", cavage, post, afterwards(func(r *http.Request) {
		r.Header.Set("Signature-Input", `sig1=("@method" "@target-uri" "content-digest");created=`+at(0)+`;keyid="`+keyID+`"`)
	}), 0},
	{"SIG-29", "both kinds in two lines", rfc9421, post, afterwards(func(r *http.Request) {
		r.Header.Add("Signature", `keyId="`+keyID+`",headers="date",signature="AAAA"`)
	}), 0},

	{"SIG-30", "a signed field that is absent", both, post, signing("x-absent", nil), 0},
	{"SIG-30", "a signed field that is repeated", both, post, signing("x-twice", field("X-Twice", "a", "b")), 0},
	{"SIG-30", "a header named twice", cavage, post, signing("host", nil), 0},
	{"SIG-30", "a header named twice in another case", cavage, post, signing("HOST", nil), 0},
	{"SIG-30", "an unknown pseudo-header", cavage, post, signing("(weather)", nil), 0},
	{"SIG-30", "the digest in the trailer", both, post, afterwards(func(r *http.Request) {
		r.Trailer = http.Header{}
		for _, name := range []string{"Digest", "Content-Digest"} {
			r.Trailer[name] = r.Header[name]
			r.Header.Del(name)
		}
	}), 0},
	{"SIG-30", "a signed field altered", both, post, signing("content-type", afterwards(func(r *http.Request) {
		r.Header.Set("Content-Type", "text/html")
	})), 1},
}

func covering(names ...string) func(*forgery) {
	return func(f *forgery) { f.components = names }
}

func TestAttacks(t *testing.T) {
	for _, a := range attacks {
		for _, scheme := range a.schemes {
			t.Run(fmt.Sprintf("%s/%s/%s", a.id, scheme, a.name), func(t *testing.T) {
				f := forge(scheme, a.method)
				a.change(f)
				f.mustFail(t, noon, a.lookups)
			})
		}
	}
}

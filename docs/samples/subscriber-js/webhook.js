// Receives the events of Lazuli by webhook, with nothing but Node.
//
//   LAZULI_WEBHOOK_SECRET=<shown when the subscription was made> PORT=8085 node webhook.js
//
// Each delivery is signed: Lazuli-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>">; two v1 while a secret is exchanged.
// Answer 2xx quickly, and work afterwards: what takes longer than ten seconds comes again.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const secret = process.env.LAZULI_WEBHOOK_SECRET;
const tolerance = 5 * 60; // seconds
const largest = 256 * 1024; // bytes
if (!secret) throw new Error("set LAZULI_WEBHOOK_SECRET");

export function verify(header, body, now = Date.now() / 1000) {
  const parts = (header ?? "").split(",").map((part) => part.trim().split("="));
  const t = parts.find(([name]) => name === "t")?.[1];
  if (!/^[0-9]{1,12}$/.test(t ?? "") || Math.abs(now - Number(t)) > tolerance) return false;
  const expected = createHmac("sha256", secret).update(`${t}.`).update(body).digest();
  return parts.some(([name, value]) => {
    const given = Buffer.from(name === "v1" ? (value ?? "") : "", "hex");
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

const seen = new Set(); // deliveries come at least once: go by the id of the event

async function read(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    if ((size += chunk.length) > largest) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const server = createServer(async (request, response) => {
  const body = request.method === "POST" ? await read(request) : null;
  if (body === null) return response.writeHead(400).end();
  if (!verify(request.headers["lazuli-signature"], body)) return response.writeHead(401).end();
  const event = JSON.parse(body); // after the signature: nobody else can make us parse
  response.writeHead(204).end();
  if (seen.has(event.id)) return;
  seen.add(event.id);
  console.log(JSON.stringify(event));
});
server.listen(Number(process.env.PORT ?? 8085), "127.0.0.1");
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => server.close());

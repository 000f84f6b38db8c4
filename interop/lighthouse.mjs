// Runs Lighthouse over the pages that are named on standard input, one JSON
// object a line: {url, cookie, skip, slowdown}. Answers each with a line: the scores, and
// what fell short. Its only argument is the port of a Chromium to drive.
import { createInterface } from "node:readline";
import lighthouse from "lighthouse";

// Lighthouse's own phone and line; only how much slower than this machine the
// phone is, is said by whoever asks.
const slow4G = { rttMs: 150, throughputKbps: 1638.4, requestLatencyMs: 562.5, downloadThroughputKbps: 1474.56, uploadThroughputKbps: 675 };
const categories = ["performance", "accessibility", "best-practices", "seo"];
for await (const line of createInterface({ input: process.stdin })) {
  const { url, cookie, skip, slowdown } = JSON.parse(line);
  const options = { port: Number(process.argv[2]), output: "json", logLevel: "error" };
  const config = { extends: "lighthouse:default", settings: {
    onlyCategories: categories, throttling: { ...slow4G, cpuSlowdownMultiplier: slowdown }, skipAudits: skip, extraHeaders: cookie ? { Cookie: cookie } : undefined, maxWaitForLoad: 20000, disableFullPageScreenshot: true,
  } };
  const { lhr } = await lighthouse(url, options, config);
  const scores = Object.fromEntries(categories.map(c => [c, Math.round((lhr.categories[c].score ?? 0) * 100)]));
  const short = categories.flatMap(c => lhr.categories[c].auditRefs.filter(r => r.weight > 0).map(r => lhr.audits[r.id])
    .filter(a => a.score !== null && a.score < 1).map(a => `${c}: ${a.id} ${a.score} ${a.displayValue ?? ""} ${(a.details?.items ?? []).slice(0, 3).map(i => JSON.stringify(i)).join(" ").slice(0, 500)}`));
  const asked = (lhr.audits["network-requests"].details?.items ?? []).map(i => i.url);
  process.stdout.write(JSON.stringify({ scores, short, asked, error: lhr.runtimeError?.message ?? "", took: Math.round(lhr.timing.total), strength: lhr.environment.benchmarkIndex }) + "\n");
}

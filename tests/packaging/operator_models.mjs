// Resources of the Prometheus operator, as JSON on stdin: each against the operator's own types. A line for each that is wrong.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const from = createRequire(pathToFileURL(process.argv[2] + "/"));
const models = await import(pathToFileURL(from.resolve.paths("x")[0] + "/@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/index.js"));
for (const resource of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    new models[resource.kind](resource).validate();
  } catch (error) {
    console.log(`${resource.kind} ${resource.metadata?.name}: ${error.message}`);
  }
}

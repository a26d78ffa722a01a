// node duckdb_errors.mjs DIR [FILE]: the errors of 500 and more in a file of JSON records, by DuckDB on two
// threads. DIR is where `npm install @duckdb/node-api` was run. Prints the milliseconds of the query, all its
// results fetched, then level and status of each row as JSON. Without FILE: the version of DuckDB.
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [directory, file] = process.argv.slice(2);
const { DuckDBInstance, version } = createRequire(resolve(directory, "index.js"))("@duckdb/node-api");

async function query(path) {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  const text = `SELECT level, http.status FROM read_ndjson('${path.replaceAll("'", "''")}',
    columns = {level: 'VARCHAR', http: 'STRUCT(status INTEGER)'})
    WHERE level = 'error' AND http.status >= 500`;
  const start = performance.now();
  const result = await connection.runAndReadAll(text);
  return { milliseconds: performance.now() - start, rows: result.getRows() };
}

if (file === undefined) {
  console.log(`DuckDB ${version()}`);
} else {
  const { milliseconds, rows } = await query(file);
  const lines = rows.map(([level, status]) => JSON.stringify({ level, status }));
  process.stdout.write([milliseconds.toFixed(3), ...lines].join("\n") + "\n");
}

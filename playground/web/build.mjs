// Makes dist/: one page, one script, one stylesheet, nothing fetched from elsewhere when the page runs.
import { copyFile, mkdir, rm } from "node:fs/promises";
import { build } from "esbuild";

await rm("dist", { recursive: true, force: true });
await mkdir("dist");
await copyFile("page/index.html", "dist/index.html");
await build({
  entryPoints: ["page/page.tsx"],
  outdir: "dist",
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  jsx: "automatic",
  legalComments: "eof", // the licences of what is bundled travel with it
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "info",
});

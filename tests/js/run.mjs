// Runs generated modules one after another, in the folder of their media.
// Prints how each ended as JSON: null, or the error's text.
//   node run.mjs FOLDER MODULE...
import { chdir } from "node:process";
import { pathToFileURL } from "node:url";

const [folder, ...modules] = process.argv.slice(2);
chdir(folder);
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;
const ended = {};
for (const module of modules) {
  try {
    await import(pathToFileURL(module));
    ended[module] = null;
  } catch (error) {
    ended[module] = String(error.stack ?? error);
  }
}
write(JSON.stringify(ended));

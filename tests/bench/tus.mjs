// tus-js-client before its own server, from npm: node tests/bench/tus.mjs FOLDER prints its port, serves a page that
// sends what its file input is given, and keeps what it gets in FOLDER/files. `?part=` bounds the size of its requests.
import {createServer} from 'node:http';
import {createRequire} from 'node:module';
import {readFileSync} from 'node:fs';

const folder = process.argv[2], require = createRequire(`${folder}/package.json`);
const {Server} = require('@tus/server'), {FileStore} = require('@tus/file-store');
const tus = new Server({path: '/files', datastore: new FileStore({directory: `${folder}/files`}), relativeLocation: true});
const script = readFileSync(require.resolve('tus-js-client/dist/tus.min.js'));
const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>tus</title><input type="file" id="files"><p></p>
<script src="/tus.js"></script><script>
const part = +new URLSearchParams(location.search).get('part') || Infinity, told = document.querySelector('p');
files.onchange = () => {
  const upload = new tus.Upload(files.files[0], {
    endpoint: '/files/', chunkSize: part, retryDelays: [1, 2, 4, 8, 16, 32, 60, 60, 60, 60].map((s) => 1000 * s),
    onSuccess: () => { told.textContent = 'arrived'; }, onError: (error) => { told.textContent = 'failed: ' + error; },
  });
  upload.findPreviousUploads().then((found) => {
    if (found.length) upload.resumeFromPreviousUpload(found[0]);
    upload.start();
  });
};
</script></html>`;
const server = createServer((request, response) => {
  const path = request.url.split('?')[0];
  if (path === '/') response.setHeader('Content-Type', 'text/html').end(page);
  else if (path === '/tus.js') response.setHeader('Content-Type', 'text/javascript').end(script);
  else tus.handle(request, response);
});
server.listen(0, '127.0.0.1', () => console.log(`http://localhost:${server.address().port}`));

/*
Puts the portal in a page of the town's site: <script src="https://…/embed.js" defer></script>
The frame goes in the element that has `data-portail-famille`, or where the script is when there is none.
*/
(function (doc, script) {
  if (window.portailFamille) return;
  window.portailFamille = 1;
  var origin = new URL(script.src).origin, place = doc.querySelector('[data-portail-famille]'), frame = doc.createElement('iframe');
  frame.title = 'Portail famille';
  frame.allow = '';
  frame.style.cssText = 'display:block;width:100%;height:900px;border:0';
  frame.src = origin + '/';
  if (place) { place.textContent = ''; place.appendChild(frame); }
  else script.parentNode.insertBefore(frame, script);
  addEventListener('message', function (event) {
    var height = event.data && +event.data.portail;
    if (event.source !== frame.contentWindow || event.origin !== origin || !(height > 0 && height < 20000)) return;
    frame.style.height = height + 'px';
    if (event.data.top && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
  });
})(document, document.currentScript);

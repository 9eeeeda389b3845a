/**
 * What runs inside the page, before the page's own code: it notes frames, long tasks, how long keys took, where the end
 * of the transcript is, and when the last bytes of an answer came. Plain JavaScript of the browser, as text.
 */
export const pageProbe = `(() => {
  const probe = { longTasks: [], gaps: [], keys: [], pins: [], lastByteAt: 0, paintedAt: 0, awaited: undefined, isOn: false };
  window.benchProbe = probe;
  new PerformanceObserver((list) => {
    if (probe.isOn) for (const entry of list.getEntries()) probe.longTasks.push(entry.duration);
  }).observe({ type: 'longtask' });
  new PerformanceObserver((list) => {
    if (probe.isOn) for (const entry of list.getEntries()) if (entry.interactionId) probe.keys.push(entry.duration);
  }).observe({ type: 'event', durationThreshold: 16 });
  let last = performance.now();
  const frame = (now) => {
    if (probe.isOn) {
      probe.gaps.push(now - last);
    }
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const pin = () => {
    const scroller = document.querySelector('[data-region="transcript"]');
    if (probe.isOn && scroller) probe.pins.push(scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop);
  };
  // After the paint of each frame: a message runs as the next task.
  const channel = new MessageChannel();
  channel.port1.onmessage = pin;
  const afterPaint = () => { channel.port2.postMessage(0); requestAnimationFrame(afterPaint); };
  requestAnimationFrame(afterPaint);
  const watch = () => {
    if (probe.awaited && !probe.paintedAt) {
      const articles = document.querySelectorAll('[data-region="transcript"] article');
      const text = articles.length ? articles[articles.length - 1].textContent : '';
      if (text.includes(probe.awaited)) {
        requestAnimationFrame(() => { const c = new MessageChannel(); c.port1.onmessage = () => { probe.paintedAt = performance.now(); }; c.port2.postMessage(0); });
        probe.awaited = undefined;
      }
    }
  };
  const observe = () => new MutationObserver(watch).observe(document.body, { childList: true, subtree: true, characterData: true });
  if (document.body) observe(); else addEventListener('DOMContentLoaded', observe);
  const fetched = window.fetch;
  window.fetch = async (...given) => {
    const response = await fetched(...given);
    const address = String(given[0] && given[0].url ? given[0].url : given[0]);
    if (!address.includes('/stream') || !response.body) return response;
    const body = response.body.pipeThrough(new TransformStream({
      transform(bytes, out) { probe.lastByteAt = performance.now(); out.enqueue(bytes); },
    }));
    return new Response(body, { status: response.status, headers: response.headers });
  };
})();`;

/** What the probe has noted. Milliseconds and pixels. */
export interface ProbeNotes {
  readonly longTasks: readonly number[];
  readonly gaps: readonly number[];
  readonly keys: readonly number[];
  readonly pins: readonly number[];
  readonly lastByteAt: number;
  readonly paintedAt: number;
}

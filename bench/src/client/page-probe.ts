/**
 * What runs inside the page, before the page's own code: it notes frames, long tasks, how long keys took, where the end
 * of the transcript is, and when the last bytes of an answer came. Plain JavaScript of the browser, as text.
 */
export const pageProbe = `(() => {
  const probe = { longTasks: [], gaps: [], keys: [], pins: [], lastByteAt: 0, paintedAt: 0, isOn: false };
  window.benchProbe = probe;
  new PerformanceObserver((list) => {
    if (probe.isOn) for (const entry of list.getEntries()) probe.longTasks.push(entry.duration);
  }).observe({ type: 'longtask' });
  new PerformanceObserver((list) => {
    if (probe.isOn) for (const entry of list.getEntries()) if (entry.interactionId) probe.keys.push(entry.duration);
  }).observe({ type: 'event', durationThreshold: 16 });
  let scroller;
  const pin = () => {
    if (!scroller?.isConnected) scroller = document.querySelector('[data-region="transcript"]');
    if (probe.isOn && scroller) probe.pins.push(scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop);
  };
  // After the paint of each frame: a message runs as the next task.
  const channel = new MessageChannel();
  channel.port1.onmessage = pin;
  let last = performance.now();
  const frame = (now) => {
    if (probe.isOn) {
      probe.gaps.push(now - last);
      channel.port2.postMessage(0);
    }
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  // The page is looked at only once the awaited word has come: a look at every letter before it would cost the page
  // more than showing it.
  const lookForWord = () => {
    const articles = document.querySelectorAll('[data-region="transcript"] article');
    if (!articles[articles.length - 1]?.textContent.includes(probe.awaited)) return requestAnimationFrame(lookForWord);
    const painted = new MessageChannel();
    painted.port1.onmessage = () => { probe.paintedAt = performance.now(); probe.painted.resolve(); };
    painted.port2.postMessage(0);
  };
  const decoder = new TextDecoder();
  let heard = '';
  const { read } = ReadableStreamDefaultReader.prototype;
  ReadableStreamDefaultReader.prototype.read = async function () {
    const result = await read.call(this);
    if (result.value && probe.isOn && !probe.paintedAt) {
      probe.lastByteAt = performance.now();
      const text = heard + decoder.decode(result.value, { stream: true });
      if (probe.isAwaiting && text.includes(probe.awaited)) {
        probe.isAwaiting = false;
        requestAnimationFrame(lookForWord);
      }
      heard = text.slice(-probe.awaited.length);
    }
    return result;
  };
  /** Begins to take notes; the answer's last word is awaited. */
  probe.begin = (awaited) => {
    Object.assign(probe, { longTasks: [], gaps: [], keys: [], pins: [], lastByteAt: 0, paintedAt: 0 });
    Object.assign(probe, { awaited, isAwaiting: true, painted: Promise.withResolvers(), isOn: true });
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

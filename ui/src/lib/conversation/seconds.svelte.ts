/** The time of day, looked at once a second while `runs` says so, and anew when what it reads changes. */
function clock(runs: () => boolean): { readonly now: number } {
  let now = $state(Date.now());
  $effect(() => {
    if (!runs()) return;
    now = Date.now();
    const timer = setInterval(() => (now = Date.now()), 1000);
    return () => clearInterval(timer);
  });
  return {
    get now() {
      return now;
    },
  };
}

/** The whole seconds since a time, counted once a second while there is such a time. */
export function secondsSince(from: () => number | null): { readonly current: number | null } {
  const time = clock(() => from() !== null);
  return {
    get current() {
      const since = from();
      return since === null ? null : Math.max(0, Math.floor((time.now - since) / 1000));
    },
  };
}

/** The seconds until a time, rounded up, counted down once a second; 0 once it has come. */
export function secondsUntil(until: () => number): { readonly current: number } {
  const time = clock(() => until() > 0);
  return {
    get current() {
      return Math.max(0, Math.ceil((until() - time.now) / 1000));
    },
  };
}

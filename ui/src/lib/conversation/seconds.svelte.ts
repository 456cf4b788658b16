/** The whole seconds since a time, counted once a second while there is such a time. */
export function secondsSince(from: () => number | null): { readonly current: number | null } {
  let now = $state(Date.now());
  $effect(() => {
    if (from() === null) return;
    now = Date.now();
    const timer = setInterval(() => (now = Date.now()), 1000);
    return () => clearInterval(timer);
  });
  return {
    get current() {
      const since = from();
      return since === null ? null : Math.max(0, Math.floor((now - since) / 1000));
    },
  };
}

/** The seconds until a time, rounded up, counted down once a second; 0 once it has come. */
export function secondsUntil(until: () => number): { readonly current: number } {
  let now = $state(Date.now());
  $effect(() => {
    until();
    now = Date.now();
    const timer = setInterval(() => (now = Date.now()), 1000);
    return () => clearInterval(timer);
  });
  return {
    get current() {
      return Math.max(0, Math.ceil((until() - now) / 1000));
    },
  };
}

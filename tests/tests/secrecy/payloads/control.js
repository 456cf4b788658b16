(async () => {
    const numbers = [NUMBERS];
    const ran = new Set();
    // A frame's script may reach for the window above it, or open one.
    const above = () => {
        if (window.breached !== undefined) ran.add(Number(window.breached));
        delete window.breached;
    };
    const show = async (number) => {
        const frame = document.createElement('iframe');
        frame.src = `/${number}`;
        const loaded = new Promise((done) => {
            frame.onload = done;
            setTimeout(done, 400);
        });
        document.body.append(frame);
        await loaded;
        await new Promise((done) => setTimeout(done, 30));
        try {
            const { breached } = frame.contentWindow;
            if (breached !== undefined) ran.add(Number(breached));
        } catch {}
        above();
        frame.remove();
    };
    const waiting = [...numbers];
    const take = async () => {
        while (waiting.length > 0) await show(waiting.shift());
    };
    await Promise.all(Array.from({ length: 8 }, take));
    above();
    await fetch('/ran', { method: 'POST', body: JSON.stringify([...ran]) });
})();

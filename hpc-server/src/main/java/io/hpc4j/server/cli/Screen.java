package io.hpc4j.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A whole terminal that is drawn again and again; left as it was found, also after Ctrl-C. */
final class Screen implements AutoCloseable {

    private static final String ENTER = "\u001b[?1049h\u001b[?25l";
    private static final String LEAVE = "\u001b[?25h\u001b[?1049l";
    private static final long LOOK_MILLIS = 50;
    private static final int CTRL_C = 3;

    private final PrintStream out;
    private final InputStream keys;
    private final AutoCloseable singleKeys;
    private final AtomicBoolean left = new AtomicBoolean();
    private final Thread hook = new Thread(this::leave, "hpc-leave-screen");

    Screen(PrintStream out, InputStream keys) throws IOException {
        this.out = out;
        this.keys = keys;
        singleKeys = Terminal.singleKeys();
        Runtime.getRuntime().addShutdownHook(hook);
        out.print(ENTER);
    }

    void draw(List<String> lines) {
        StringBuilder frame = new StringBuilder("\u001b[H");
        for (int i = 0; i < lines.size(); i++) {
            frame.append(lines.get(i)).append("\u001b[K").append(i < lines.size() - 1 ? "\r\n" : "");
        }
        out.print(frame.append("\u001b[J"));
        out.flush();
    }

    /** Waits for a while; true if the user wants to leave meanwhile. */
    boolean awaitQuit(Duration time) throws IOException, InterruptedException {
        for (long rest = time.toMillis(); rest > 0; rest -= LOOK_MILLIS) {
            while (keys.available() > 0) {
                int key = keys.read();
                if (key == 'q' || key == 'Q' || key == CTRL_C) {
                    return true;
                }
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return false;
    }

    private void leave() {
        if (left.compareAndSet(false, true)) {
            out.print(LEAVE);
            out.flush();
        }
    }

    @Override
    public void close() throws IOException {
        leave();
        Runtime.getRuntime().removeShutdownHook(hook);
        try {
            singleKeys.close();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}

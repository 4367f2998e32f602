package io.hpc4j.core.spi;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Reads a stream to its end, keeps the first bytes, and throws the rest away. */
final class OutputPump implements Runnable {

    private static final int CHUNK = 8192;

    private final InputStream source;
    private final int limit;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream(512);
    private final CountDownLatch ended = new CountDownLatch(1);
    private boolean truncated;
    private boolean closed;

    OutputPump(InputStream source, int limit) {
        this.source = source;
        this.limit = limit;
    }

    @Override
    public void run() {
        // The JDK closes the stream when the process ends, which loses what its children still write, unless a thread
        // is inside of the stream: this one stays there.
        synchronized (source) {
            try (source) {
                readToTheEnd();
            } catch (IOException e) {
                // the stream breaks when its process is ended; what came before is kept
            } finally {
                ended.countDown();
            }
        }
    }

    private void readToTheEnd() throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (int n = source.read(chunk); n >= 0; n = source.read(chunk)) {
            keep(chunk, n);
        }
    }

    private synchronized void keep(byte[] chunk, int length) {
        if (closed) {
            return;
        }
        int room = Math.min(length, limit - kept.size());
        kept.write(chunk, 0, room);
        truncated |= room < length;
    }

    void awaitEnd(long nanos) throws InterruptedException {
        if (!ended.await(nanos, TimeUnit.NANOSECONDS)) {
            closed();
        }
    }

    /** A process that was left behind may write for years: from now on nothing is kept. */
    private synchronized void closed() {
        closed = true;
    }

    synchronized boolean isTruncated() {
        return truncated;
    }

    /** What was kept; where it was cut, the last character is a whole one. */
    synchronized String text() {
        byte[] bytes = kept.toByteArray();
        int length = truncated ? endOfLastCharacter(bytes) : bytes.length;
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static int endOfLastCharacter(byte[] utf8) {
        int start = utf8.length - 1;
        while (start > 0 && utf8.length - start < 4 && (utf8[start] & 0xC0) == 0x80) {
            start--;
        }
        if (start < 0) {
            return 0;
        }
        int lead = utf8[start] & 0xFF;
        int needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
        return start + needed > utf8.length ? start : utf8.length;
    }
}

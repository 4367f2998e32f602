package io.hpc4j.server.cli;

import io.hpc4j.core.spi.RemoteFiles;
import java.io.PrintStream;
import java.util.Optional;

/** Copies what is new in a file that grows, and begins again in one that was begun again. For one thread. */
final class LogTail {

    private static final int CHUNK = 1 << 20;

    private final RemoteFiles files;
    private final PrintStream out;
    private long offset = -1;

    LogTail(RemoteFiles files, PrintStream out) {
        this.files = files;
        this.out = out;
    }

    /**
     * Copies what was written since the last time.
     *
     * @param lines the first time, only so many of the last lines
     * @return whether the file has anything in it
     */
    boolean copy(String path, Optional<Integer> lines) {
        long size = files.stat(path).map(RemoteFiles.Entry::size).orElse(0L);
        if (size == 0) {
            return offset > 0;
        }
        if (offset < 0) {
            offset = lines.isPresent() ? begin(path, size, lines.get()) : 0;
        } else if (size < offset) {
            offset = 0;
        }
        while (offset < size) {
            byte[] bytes = files.read(path, offset, (int) Math.min(CHUNK, size - offset));
            if (bytes.length == 0) {
                break;
            }
            out.write(bytes, 0, bytes.length);
            offset += bytes.length;
        }
        out.flush();
        return true;
    }

    /** Where the last lines begin; as far back as a chunk reaches. */
    private long begin(String path, long size, int lines) {
        long from = Math.max(0, size - CHUNK);
        byte[] end = files.read(path, from, (int) (size - from));
        int i = end.length;
        int found = 0;
        while (i > 0) {
            if (end[i - 1] == '\n' && i < end.length && ++found == lines) {
                break;
            }
            i--;
        }
        return lines == 0 ? size : from + i;
    }
}

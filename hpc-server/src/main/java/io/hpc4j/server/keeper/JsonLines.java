package io.hpc4j.server.keeper;

import io.hpc4j.store.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Objects of JSON over a socket, one a line. One thread may read while another writes. The channel is used directly: its
 * stream views of JDK 17 let a blocked reader keep a writer waiting.
 */
final class JsonLines implements AutoCloseable {

    private static final int BUFFER = 1 << 16;

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(BUFFER).flip();

    JsonLines(SocketChannel channel) {
        this.channel = channel;
    }

    /** The next object; empty at the end. For one thread. */
    Optional<JsonObject> read() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            while (in.hasRemaining()) {
                byte b = in.get();
                if (b == '\n') {
                    return Optional.of(JsonObject.parse(line.toString(StandardCharsets.UTF_8)));
                }
                line.write(b);
            }
            in.clear();
            int count = channel.read(in);
            in.flip();
            if (count < 0) {
                return Optional.empty();
            }
        }
    }

    void write(JsonObject object) throws IOException {
        write(List.of(object));
    }

    /** Writes objects with as few calls as it takes. */
    void write(List<JsonObject> objects) throws IOException {
        StringBuilder text = new StringBuilder();
        objects.forEach(o -> text.append(o).append('\n'));
        ByteBuffer out = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
        synchronized (this) {
            while (out.hasRemaining()) {
                channel.write(out);
            }
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // the other side is gone; there is nothing left to lose
            return;
        }
    }
}

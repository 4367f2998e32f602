package io.hpc4j.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The bytes spoken with a node: a length of four bytes, then fields that each end with NUL. See hpc-node.c. */
final class Frames {

    private static final int MAX_BYTES = 64 << 20;

    private byte[] bytes = new byte[256];
    private int size;
    private int frame;

    /** Begins a frame; the fields added until {@link #end} are its content. */
    Frames begin(String verb) {
        frame = size;
        reserve(4);
        size += 4;
        return add(verb);
    }

    Frames add(String field) {
        if (field.indexOf('\0') >= 0) {
            size = frame;
            throw new IllegalArgumentException("a NUL character cannot be given to a process: " + field);
        }
        byte[] encoded = field.getBytes(UTF_8);
        reserve(encoded.length + 1);
        System.arraycopy(encoded, 0, bytes, size, encoded.length);
        size += encoded.length;
        bytes[size++] = 0;
        return this;
    }

    Frames add(long number) {
        return add(Long.toString(number));
    }

    void end() {
        int length = size - frame - 4;
        if (length > MAX_BYTES) {
            size = frame;
            throw new IllegalArgumentException("an order to a node of " + length + " bytes is too long");
        }
        ByteBuffer.wrap(bytes).putInt(frame, length);
    }

    private void reserve(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }

    /** Takes what has been collected, and begins anew. */
    ByteBuffer take() {
        ByteBuffer taken = ByteBuffer.wrap(bytes, 0, size);
        bytes = new byte[256];
        size = 0;
        return taken;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Takes the whole frames off {@code received}, which is positioned for reading, and leaves the rest. */
    static List<List<String>> read(ByteBuffer received) {
        List<List<String>> frames = new ArrayList<>();
        while (received.remaining() >= 4 && received.remaining() - 4 >= received.getInt(received.position())) {
            int length = received.getInt();
            frames.add(fields(received.array(), received.arrayOffset() + received.position(), length));
            received.position(received.position() + length);
        }
        return frames;
    }

    private static List<String> fields(byte[] from, int start, int length) {
        List<String> fields = new ArrayList<>();
        int begin = start;
        for (int at = start; at < start + length; at++) {
            if (from[at] == 0) {
                fields.add(new String(from, begin, at - begin, UTF_8));
                begin = at + 1;
            }
        }
        return fields;
    }
}

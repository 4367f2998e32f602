package io.hpc4j.core.recording;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a command read or printed: its beginning, and the size and digest of all of it.
 *
 * @param text the text, or its beginning if it is long
 * @param size the size of all of it in bytes of UTF-8
 * @param sha256 the digest of all of it, as 64 hexadecimal digits
 * @param isCut whether the end of the text was left out
 */
public record RecordedText(String text, long size, String sha256, boolean isCut) {

    /** Of a longer text no more than so many characters are kept. */
    public static final int LONGEST = 256 * 1024;

    /** No text. */
    public static final RecordedText EMPTY =
            new RecordedText("", 0, HexFormat.of().formatHex(newDigest().digest()), false);

    /** Keeps a text, or its beginning, and measures all of it. */
    public static RecordedText of(String whole) {
        return whole.isEmpty() ? EMPTY : measured(cut(whole), whole, whole.length() > LONGEST);
    }

    /** Keeps the beginning of a text, which may have been changed before, and measures all of the original. */
    public static RecordedText beginning(String kept, String whole) {
        return measured(cut(kept), whole, true);
    }

    private static RecordedText measured(String kept, String whole, boolean isCut) {
        byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
        return new RecordedText(
                kept, bytes.length, HexFormat.of().formatHex(newDigest().digest(bytes)), isCut);
    }

    private static String cut(String whole) {
        if (whole.length() <= LONGEST) {
            return whole;
        }
        boolean splits = Character.isHighSurrogate(whole.charAt(LONGEST - 1));
        return whole.substring(0, splits ? LONGEST - 1 : LONGEST);
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The size, the beginning of the digest, and no text. */
    @Override
    public String toString() {
        return "%d bytes, sha256 %s".formatted(size, sha256.substring(0, Math.min(12, sha256.length())));
    }
}

package io.hpc4j.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code .env} files: {@code NAME=value} a line, comments, quotes, {@code export}. */
final class DotEnv {

    private static final Pattern LINE = Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=\\s*(.*)");
    private static final Pattern QUOTED = Pattern.compile("(?:'([^']*)'|\"([^\"]*)\")\\s*(?:#.*)?");

    private DotEnv() {}

    /** The variables of the folder's {@code .env}, if it has one, and over them those of the environment. */
    static Map<String, String> over(Path folder, Map<String, String> env) {
        Map<String, String> all = new LinkedHashMap<>();
        Path file = folder.resolve(".env");
        if (Files.isRegularFile(file)) {
            try {
                all.putAll(parse(Files.readString(file)));
            } catch (IOException e) {
                throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
            }
        }
        all.putAll(env);
        return all;
    }

    /** Reads the lines; what is no assignment is passed over. */
    static Map<String, String> parse(String text) {
        Map<String, String> all = new LinkedHashMap<>();
        text.lines().map(String::strip).filter(l -> !l.startsWith("#")).forEach(line -> {
            Matcher m = LINE.matcher(line);
            if (m.matches()) {
                all.put(m.group(1), value(m.group(2)));
            }
        });
        return all;
    }

    private static String value(String text) {
        Matcher quoted = QUOTED.matcher(text);
        if (quoted.matches()) {
            return quoted.group(1) != null ? quoted.group(1) : quoted.group(2);
        }
        return text.replaceFirst("(^|\\s+)#.*", "").strip();
    }
}

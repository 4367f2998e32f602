package io.hpc4j.store;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The address of a database, in any of the spellings that people have at hand. Shows no password.
 *
 * @param jdbc what the driver is given; may hold a password
 * @param user the user, if the address names one outside of {@code jdbc}
 * @param password that user's password
 * @param file the file of an H2 database, without its ending
 */
record DatabaseUrl(String jdbc, Optional<String> user, Optional<String> password, Optional<Path> file) {

    private static final String H2 = "jdbc:h2:";
    private static final String INTERRUPTIBLE = "async:";
    private static final String POSTGRES = "jdbc:postgresql:";

    private static final Pattern LIBPQ = Pattern.compile("postgres(?:ql)?://(?:([^@/]*)@)?([^/?]*)(/[^?]*)?(\\?.*)?");
    private static final Pattern SECRET = Pattern.compile("(?i)((?:ssl)?password=)[^&;]*");
    private static final Pattern USER_INFO = Pattern.compile("://[^/?#]*@");

    /** What every connection to H2 needs: commits that are in the file when they return, and names in lower case. */
    private static final Map<String, String> H2_OPTIONS = Map.of(
            "DATABASE_TO_LOWER", "TRUE",
            "DB_CLOSE_ON_EXIT", "FALSE",
            "WRITE_DELAY", "0",
            "LOCK_TIMEOUT", "20000",
            "MAX_LENGTH_INPLACE_LOB", "1000000");

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException if it is of no known form; the message shows no password
     */
    static DatabaseUrl parse(String text) {
        String url = text.strip();
        if (url.startsWith(H2)) {
            return h2(url);
        }
        if (url.startsWith(POSTGRES)) {
            return new DatabaseUrl(url, Optional.empty(), Optional.empty(), Optional.empty());
        }
        Matcher libpq = LIBPQ.matcher(url);
        if (libpq.matches()) {
            return libpq(libpq);
        }
        throw unknown(url);
    }

    private static IllegalArgumentException unknown(String url) {
        return new IllegalArgumentException(
                "a database is written jdbc:h2:/path/to/file, jdbc:postgresql://host/database"
                        + " or postgresql://user:password@host/database, was '" + redacted(url) + "'");
    }

    private static DatabaseUrl libpq(Matcher parts) {
        String database = Optional.ofNullable(parts.group(3)).orElse("/");
        String jdbc = POSTGRES + "//" + parts.group(2) + database
                + Optional.ofNullable(parts.group(4)).orElse("");
        String[] userInfo = Optional.ofNullable(parts.group(1)).orElse("").split(":", 2);
        return new DatabaseUrl(
                jdbc,
                Optional.of(decoded(userInfo[0])).filter(u -> !u.isEmpty()),
                userInfo.length < 2 ? Optional.empty() : Optional.of(decoded(userInfo[1])),
                Optional.empty());
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static DatabaseUrl h2(String url) {
        String[] parts = url.substring(H2.length()).split(";", 2);
        String options = parts.length < 2 ? "" : parts[1];
        String place = parts[0].replaceFirst("^(file|async):", "");
        if (place.startsWith("mem:")) {
            return new DatabaseUrl(
                    H2 + place + withDefaults(options + ";DB_CLOSE_DELAY=-1"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }
        if (place.isBlank() || place.matches("\\w{2,}:.*")) {
            throw unknown(url);
        }
        return ofFile(Path.of(place.replaceFirst("^~(?=/|$)", Matcher.quoteReplacement(home()))), options);
    }

    private static String home() {
        return System.getProperty("user.home", "/");
    }

    /** An H2 database in a file, reached by a way that an interrupt of a thread does not close for all others. */
    static DatabaseUrl ofFile(Path file, String options) {
        Path whole = file.toAbsolutePath().normalize();
        if (whole.toString().indexOf(';') >= 0) {
            throw new IllegalArgumentException("the path of an H2 database cannot have a semicolon, was " + whole);
        }
        return new DatabaseUrl(
                H2 + INTERRUPTIBLE + whole + withDefaults(options),
                Optional.empty(),
                Optional.empty(),
                Optional.of(whole));
    }

    private static String withDefaults(String options) {
        StringBuilder all = new StringBuilder();
        Stream.of(options.split(";"))
                .filter(o -> !o.isBlank())
                .forEach(o -> all.append(';').append(o));
        String given = (all + ";").toUpperCase(Locale.ROOT);
        H2_OPTIONS.forEach((name, value) -> {
            if (!given.contains(";" + name + "=")) {
                all.append(';').append(name).append('=').append(value);
            }
        });
        return all.toString();
    }

    boolean isH2() {
        return jdbc.startsWith(H2);
    }

    /** What the driver is given besides the address. */
    Properties driverProperties() {
        Properties all = new Properties();
        if (isH2()) {
            return all;
        }
        all.setProperty("reWriteBatchedInserts", "true");
        all.setProperty("tcpKeepAlive", "true");
        all.setProperty("ApplicationName", "hpc4j");
        all.setProperty("connectTimeout", "10");
        all.setProperty("socketTimeout", "300");
        all.stringPropertyNames().stream()
                .filter(name -> jdbc.contains("?" + name + "=") || jdbc.contains("&" + name + "="))
                .forEach(all::remove);
        return all;
    }

    /** The same database with another schema first in the search path; for PostgreSQL. */
    DatabaseUrl withSchema(String schema) {
        String separator = jdbc.indexOf('?') < 0 ? "?" : "&";
        return new DatabaseUrl(
                jdbc + separator + "currentSchema=" + URLEncoder.encode(schema, StandardCharsets.UTF_8),
                user,
                password,
                file);
    }

    /** A message of a driver, without the password, should it have repeated it. */
    String hidden(String message) {
        String shown = redacted(message);
        return password.filter(p -> !p.isEmpty())
                .map(p -> shown.replace(p, "***"))
                .orElse(shown);
    }

    private static String redacted(String text) {
        String shown = SECRET.matcher(text).replaceAll("$1***");
        return USER_INFO.matcher(shown).replaceAll("://***@");
    }

    /** The address as it may be shown. */
    @Override
    public String toString() {
        if (isH2()) {
            return jdbc.replaceFirst(";.*", "").replaceFirst("^" + H2 + INTERRUPTIBLE, H2);
        }
        return redacted(jdbc);
    }
}

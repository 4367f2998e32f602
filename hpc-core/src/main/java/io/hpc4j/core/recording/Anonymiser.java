package io.hpc4j.core.recording;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces names of users, accounts, machines and paths by others, the same each time, and leaves everything else as it
 * is: ids, sizes, times, states and separators, so that what could be parsed can be parsed still. Names come from
 * {@link KnownNames}; addresses of mail and of machines, and paths, are found by their form.
 */
final class Anonymiser {

    private static final String UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

    /** What one match may be; the first that fits at a place is taken, and what replaces it is not looked at again. */
    private static final Pattern TOKEN = Pattern.compile("(?<uuid>" + UUID + ")"
            + "|(?<scheme>[a-z][a-z0-9+-]*://)(?<user>[^\\s/@:]+@)?(?<host>[^\\s/:?@|,;\"'<>]+)(?<port>:\\d+)?"
            + "(?<rest>/[^\\s?|,;\"'<>]*)?"
            + "|(?<mail>[\\p{L}\\p{N}._%+-]+@[\\p{L}\\p{N}.-]*[\\p{L}\\p{N}])"
            + "|(?<quoted>(?<=')/[^'\\n]+|(?<=\")/[^\"\\n]+)"
            + "|(?<path>(?<![\\p{L}\\p{N}_.*/~-])~?/[^\\s:,;|\"'<>(){}=?&\\[\\]\\\\]*)"
            + "|(?<ip6>(?<![\\p{L}\\p{N}:])(?:[0-9a-fA-F]{1,4}:){4,7}[0-9a-fA-F]{1,4}(?![\\p{L}\\p{N}:])"
            + "|(?<![\\p{L}\\p{N}:])[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){0,6}::[0-9a-fA-F:]*)"
            + "|(?<word>[\\p{L}\\p{N}_.-]+)");

    private static final Pattern IN_COMPONENT = Pattern.compile(UUID + "|\\p{L}[\\p{L}\\p{N}]*");
    private static final Pattern IP4 = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");
    private static final Pattern PART = Pattern.compile("[\\p{L}\\p{N}]+");
    private static final Pattern ID_BEFORE_HOST = Pattern.compile("(\\d*\\.+)?(.*)");
    private static final Pattern OPTION_WITH_PATH = Pattern.compile("(--?[A-Za-z][\\w-]*=)(/.*)", Pattern.DOTALL);
    private static final Set<String> TOP_LEVEL = Set.of(
            ("com org net edu gov mil int eu info local lan internal intra cluster corp cloud de fr uk ch at it es nl"
                            + " be se no fi dk cz pt ie gr ru ua jp cn kr tw au nz ca us br mx ar cl za il tr sg hk")
                    .split(" "));

    private final Pseudonyms pseudonyms = new Pseudonyms();

    Anonymiser(KnownNames names) {
        new TreeSet<>(names.users()).stream().filter(n -> !Harmless.isName(n)).forEach(pseudonyms::user);
        new TreeSet<>(names.accounts())
                .stream().filter(n -> !Harmless.isName(n)).forEach(pseudonyms::account);
        new TreeSet<>(names.nodes()).stream().filter(n -> !Harmless.isName(n)).forEach(this::host);
    }

    /** Any text. */
    String text(String text) {
        return replace(TOKEN, text, m -> token(text, m));
    }

    /** One argument of a command, which is a path as a whole where it begins as one. */
    String argument(String argument) {
        Matcher option = OPTION_WITH_PATH.matcher(argument);
        if (option.matches()) {
            return text(option.group(1)) + path(option.group(2));
        }
        return argument.startsWith("/") && argument.indexOf('\n') < 0 ? path(argument) : text(argument);
    }

    private String token(String text, Matcher m) {
        String found = m.group();
        if (m.group("uuid") != null) {
            return found;
        } else if (m.group("scheme") != null) {
            return address(m);
        } else if (m.group("mail") != null) {
            return mail(found);
        } else if (m.group("quoted") != null || m.group("path") != null) {
            return path(found);
        } else if (m.group("ip6") != null) {
            return pseudonyms.address(found);
        }
        boolean startsList = m.end() < text.length() && text.charAt(m.end()) == '[';
        return word(found, startsList);
    }

    /** As {@code ssh://ada@login.example.org:22/work}. */
    private String address(Matcher m) {
        String user =
                m.group("user") == null ? "" : pseudonyms.user(m.group("user").replace("@", "")) + "@";
        String port = m.group("port") == null ? "" : m.group("port");
        String rest = m.group("rest") == null ? "" : path(m.group("rest"));
        return m.group("scheme") + user + host(m.group("host")) + port + rest;
    }

    private String mail(String address) {
        int at = address.indexOf('@');
        return pseudonyms.user(address.substring(0, at)) + "@" + host(address.substring(at + 1));
    }

    /** Keeps the slashes, the numbers, and what is the same on every machine. */
    String path(String path) {
        return replace(IN_COMPONENT, path, m -> component(m.group()));
    }

    private String component(String word) {
        if (word.indexOf('-') > 0) {
            return word; // a key
        } else if (pseudonyms.isKnown(word)) {
            return pseudonyms.part(word);
        } else if (pseudonyms.isHost(word)) {
            return pseudonyms.host(word);
        }
        return Harmless.isInPaths(word) ? word : pseudonyms.part(word);
    }

    private String word(String word, boolean startsList) {
        if (pseudonyms.isKnown(word)) {
            return pseudonyms.part(word);
        } else if (isNumberedHost(word) || (startsList && pseudonyms.isHostPrefix(word))) {
            return pseudonyms.host(word);
        } else if (IP4.matcher(word).matches()) {
            return pseudonyms.address(word);
        }
        Matcher parts = ID_BEFORE_HOST.matcher(word);
        if (parts.matches() && isHostName(parts.group(2))) {
            return (parts.group(1) == null ? "" : parts.group(1)) + host(parts.group(2));
        }
        return replace(PART, word, m -> wordPart(m.group()));
    }

    private String wordPart(String part) {
        if (pseudonyms.isKnown(part)) {
            return pseudonyms.part(part);
        }
        return isNumberedHost(part) || isWholeHost(part) ? pseudonyms.host(part) : part;
    }

    private boolean isNumberedHost(String word) {
        return pseudonyms.isHost(word) && Character.isDigit(word.charAt(word.length() - 1));
    }

    /** Whether a machine is called so, without a number. */
    private boolean isWholeHost(String word) {
        return word.length() > 2 && pseudonyms.isHostPrefix(word) && !Harmless.isName(word);
    }

    private boolean isHostName(String word) {
        int dot = word.lastIndexOf('.');
        boolean hasDomain = dot > 0 && TOP_LEVEL.contains(word.substring(dot + 1));
        boolean isKnown = dot > 0 && pseudonyms.isHost(word.substring(0, word.indexOf('.'))) && !word.endsWith(".");
        boolean isHost = hasDomain || isKnown || isWholeHost(word);
        return isHost && Character.isLetter(word.charAt(0));
    }

    /** A machine, with or without its domain. */
    String host(String name) {
        int dot = name.indexOf('.');
        if (IP4.matcher(name).matches()) {
            return pseudonyms.address(name);
        }
        return dot < 0
                ? pseudonyms.host(name)
                : pseudonyms.host(name.substring(0, dot)) + "." + pseudonyms.domain(name.substring(dot + 1));
    }

    /** What became of a list of settings; an account is a name wherever it stands. */
    String setting(Map.Entry<String, String> setting) {
        boolean isAccount = setting.getKey().equals("account") && !Harmless.isName(setting.getValue());
        return isAccount ? pseudonyms.account(setting.getValue()) : argument(setting.getValue());
    }

    private static String replace(Pattern pattern, String text, Function<Matcher, String> replacement) {
        Matcher m = pattern.matcher(text);
        StringBuilder out = new StringBuilder(text.length());
        int from = 0;
        while (m.find()) {
            out.append(text, from, m.start()).append(replacement.apply(m));
            from = m.end();
        }
        return out.append(text, from, text.length()).toString();
    }
}

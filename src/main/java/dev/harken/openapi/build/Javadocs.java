package dev.harken.openapi.build;

import com.github.therapi.runtimejavadoc.Comment;
import com.github.therapi.runtimejavadoc.CommentVisitor;
import com.github.therapi.runtimejavadoc.Link;
import com.github.therapi.runtimejavadoc.ParamJavadoc;
import com.github.therapi.runtimejavadoc.RuntimeJavadoc;
import com.github.therapi.runtimejavadoc.Value;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;

/** What the sources say of themselves, as Markdown. */
final class Javadocs {
    private Javadocs() {}

    static Optional<String> of(Class<?> type) {
        return text(type, RuntimeJavadoc.getJavadoc(type).getComment());
    }

    static Optional<String> of(Method method) {
        return text(
                method.getDeclaringClass(), RuntimeJavadoc.getJavadoc(method).getComment());
    }

    static Optional<String> of(Field field) {
        return text(field.getDeclaringClass(), RuntimeJavadoc.getJavadoc(field).getComment());
    }

    /** What a method says of a parameter. */
    static Optional<String> of(Method method, String parameter) {
        return param(
                method.getDeclaringClass(), RuntimeJavadoc.getJavadoc(method).getParams(), parameter);
    }

    /** What a record says of a component. */
    static Optional<String> of(Class<?> type, String component) {
        return param(type, RuntimeJavadoc.getJavadoc(type).getRecordComponents(), component);
    }

    private static Optional<String> param(Class<?> owner, List<ParamJavadoc> params, String name) {
        return params.stream()
                .filter(param -> param.getName().equals(name))
                .findFirst()
                .flatMap(param -> text(owner, param.getComment()));
    }

    private static Optional<String> text(Class<?> owner, Comment comment) {
        Markdown markdown = new Markdown(owner);
        comment.visit(markdown);
        String text = markdown.text
                .toString()
                .replaceAll("\\s*\\n\\s*", " ")
                .replaceAll("\\s*</?(p|ul|li)>\\s*", "\n\n")
                // The library ends a tag at its first brace.
                .replaceAll("`([^`{]*\\{[^`}]*)`([^\\s}]*)}", "`$1}$2`")
                .strip();
        return text.isEmpty()
                ? Optional.empty()
                : Optional.of(Character.toUpperCase(text.charAt(0)) + text.substring(1));
    }

    private static final class Markdown implements CommentVisitor {
        private final Class<?> owner;
        private final StringBuilder text = new StringBuilder();

        private Markdown(Class<?> owner) {
            this.owner = owner;
        }

        @Override
        public void commentText(String words) {
            text.append(words);
        }

        @Override
        public void inlineLink(Link link) {
            throw new IllegalArgumentException("callers cannot follow {@link " + link + "}: say it in words");
        }

        @Override
        public void inlineTag(String name, String value) {
            text.append(name.equals("code") ? "`" + value.strip() + "`" : value);
        }

        @Override
        public void inlineValue(Value value) {
            try {
                Field constant = constant(value.getReferencedClassName(), value.getReferencedMemberName());
                constant.setAccessible(true);
                text.append(constant.get(null));
            } catch (ReflectiveOperationException e) {
                throw new IllegalArgumentException("{@value " + value + "} is of no constant", e);
            }
        }

        /** A constant of the class itself, of one around it, or of another in its package. */
        private Field constant(String type, String name) throws ReflectiveOperationException {
            for (Class<?> around = owner; around != null; around = around.getEnclosingClass()) {
                for (Field field : around.getDeclaredFields()) {
                    if (field.getName().equals(name)) {
                        return field;
                    }
                }
            }
            return Class.forName(owner.getPackageName() + "." + type).getDeclaredField(name);
        }
    }
}

package dev.harken.users;

import dev.harken.auth.Role;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;

/** Stores a role by its label, as existing deployments have it. */
@Converter
class RoleConverter implements AttributeConverter<Role, String> {
    @Override
    public String convertToDatabaseColumn(Role role) {
        return role.label();
    }

    @Override
    public Role convertToEntityAttribute(String label) {
        return Role.of(label);
    }
}

# Stays at home: not a part of what the module does.

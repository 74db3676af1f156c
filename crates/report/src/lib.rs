//! What people and machines read: text and JSON, in Chinese and English.
